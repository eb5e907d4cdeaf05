"""Decisions that people take, as jobs and for the command line."""
