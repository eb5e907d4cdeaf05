"""Tells a mistyped command in the form of all other messages."""

from __future__ import annotations

import click

from nino_assets.errors import NinoError

MISTYPED = 2
"""The exit code of a command that was called wrongly."""
_LONGEST_SHOWN = 300
"""Characters: the message repeats what was typed."""


def describe_usage_error(error: click.UsageError) -> NinoError:
    """What was typed wrongly, what the command takes, and where that stands."""
    context = error.ctx
    message = error.format_message()
    called = context.command_path if context else "nino-assets"
    return NinoError(
        message if len(message) <= _LONGEST_SHOWN else f"{message[:_LONGEST_SHOWN]}…",
        rule=_find_rule(error),
        next_step=f"see {called} --help",
    )


def _find_rule(error: click.UsageError) -> str:
    if isinstance(error, click.BadParameter) and isinstance(error.param, click.Option):
        help_text = (error.param.help or "").rstrip(".")
        return f"{max(error.param.opts, key=len)} is: {help_text[:1].lower()}{help_text[1:]}"
    if error.ctx is None:
        return "a command has a name, and options that its help lists"
    command = error.ctx.command
    if isinstance(command, click.Group):
        return f"the commands are {', '.join(command.list_commands(error.ctx))}"
    taken = [max(option.opts, key=len) for option in command.params if option.opts]
    return f"{error.ctx.command_path} takes {', '.join(taken) or 'no options'}"
