"""Declares the configuration of a job, whose texts are only texts.

In `dagster.Config` a text may also be given as `{"env": NAME}`, and Dagster then puts the value of
that environment variable in its place: a secret of the process ends up in what the job records.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, dataclass, fields
from typing import TypeVar, get_type_hints

import dagster as dg


@dataclass(frozen=True, kw_only=True)
class PlainConfig:
    """A job's configuration, whose fields are texts or tuples of texts."""


Given = TypeVar("Given", bound=PlainConfig)

_PLAIN_TYPES: dict[object, object] = {str: dg.String, tuple[str, ...]: dg.Array(dg.String)}


def declare_config(kind: type[PlainConfig]) -> dg.Field:
    """Declare a configuration for Dagster, for an op's `config_schema`."""
    types = get_type_hints(kind)
    shape = {field.name: _declare_field(field, types[field.name]) for field in fields(kind)}
    return dg.Field(shape, description=kind.__doc__)


def read_config(context: dg.OpExecutionContext, kind: type[Given]) -> Given:
    """Read the configuration that was given to an op."""
    return kind(
        **{
            name: tuple(value) if isinstance(value, list) else value
            for name, value in context.op_config.items()
        }
    )


def _declare_field(field: Field[object], kind: type) -> dg.Field:
    if field.default is MISSING:
        return dg.Field(_PLAIN_TYPES[kind])
    default = list(field.default) if isinstance(field.default, tuple) else field.default
    return dg.Field(_PLAIN_TYPES[kind], is_required=False, default_value=default)
