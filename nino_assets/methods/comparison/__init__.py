"""Comparison of registrations with the figures of other sources."""
