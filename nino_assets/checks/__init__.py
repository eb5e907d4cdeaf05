"""Expectation suites as declarations, and the engine that runs them."""
