"""Synthetic deliveries that read like the real ones: scan, postcode directory, comparators."""
