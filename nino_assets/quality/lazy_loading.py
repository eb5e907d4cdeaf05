"""Lets a module load only when something of it is used.

Performance helper. Great Expectations imports `scipy.stats` for one expectation, which no suite
has: without this, each command that judges takes 0.7 seconds of processor and 55 MB more
(`python -m nino_assets_tests.benchmarks.command_helpers`).
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import LazyLoader, find_spec, module_from_spec


def load_lazily(name: str) -> None:
    """Load a submodule when an attribute of it is first used."""
    spec = None if name in sys.modules else find_spec(name)
    if spec is None or spec.loader is None:
        return
    spec.loader = LazyLoader(spec.loader)
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    package, _, own = name.rpartition(".")
    setattr(import_module(package), own, module)
