"""Thin Dagster shells, one module a stage: read, call one method, write, describe."""

import warnings

import dagster as dg

# Partitioned checks and open-ended partition mappings are new in Dagster; the versions are pinned
# and both are tested here, so people need not read about it at every start.
warnings.filterwarnings("ignore", category=dg.BetaWarning)
warnings.filterwarnings("ignore", category=dg.PreviewWarning)
# One job may hold both: assets that take a range of quarters at once, and publications, which are
# made a quarter at a time.
warnings.filterwarnings("ignore", message="Asset job quarter materializes assets with varying")
