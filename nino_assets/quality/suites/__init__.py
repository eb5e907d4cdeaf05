"""The suites of checks."""
