"""Thin Dagster shells, one module a stage of the data journey: read, call one method, write, describe."""
