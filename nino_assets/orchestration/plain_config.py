"""Declares the configuration of a job, whose texts are only texts.

In `dagster.Config` a text may also be given as `{"env": NAME}`, and Dagster then puts the value of
that environment variable in its place: a secret of the process ends up in what the job records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, TypeVar, get_type_hints

import dagster as dg


@dataclass(frozen=True, kw_only=True)
class PlainConfig:
    """A job's configuration, whose fields are texts or tuples of texts."""


Given = TypeVar("Given", bound=PlainConfig)

_PLAIN_TYPES: dict[object, object] = {str: dg.String, tuple[str, ...]: dg.Array(dg.String)}


def declare_text(
    description: str, *, choices: Sequence[str] = (), default: str | tuple[str, ...] | None = None
) -> Any:
    """Declare a field of a configuration, as a launchpad describes it.

    With `choices` it takes one of them and nothing else; with a `default` it may be left out.
    """
    known = {"description": description, "choices": tuple(choices)}
    return field(default=MISSING if default is None else default, metadata=known)


def build_example(op: str, **given: str | list[str]) -> dict[str, Any]:
    """Build what the launchpad of a job of one op opens with."""
    return {"ops": {op: {"config": given}}}


def declare_config(kind: type[PlainConfig]) -> dg.Field:
    """Declare a configuration for Dagster, for an op's `config_schema`."""
    types = get_type_hints(kind)
    shape = {each.name: _declare_field(kind, each, types[each.name]) for each in fields(kind)}
    return dg.Field(shape, description=kind.__doc__)


def read_config(context: dg.OpExecutionContext, kind: type[Given]) -> Given:
    """Read the configuration that was given to an op."""
    return kind(
        **{
            name: tuple(value) if isinstance(value, list) else value
            for name, value in context.op_config.items()
        }
    )


def _declare_field(kind: type[PlainConfig], given: Field[object], text: type) -> dg.Field:
    description = given.metadata.get("description")
    choices = given.metadata.get("choices")
    plain = _PLAIN_TYPES[text]
    if choices:
        values = [dg.EnumValue(choice) for choice in choices]
        plain = dg.Enum(f"{kind.__name__}_{given.name}", values)
    if given.default is MISSING:
        return dg.Field(plain, description=description)
    default = list(given.default) if isinstance(given.default, tuple) else given.default
    return dg.Field(plain, description=description, is_required=False, default_value=default)
