"""Decisions that people take: the jobs of the web UI, and the same from the command line."""
