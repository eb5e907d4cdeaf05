"""The command `nino-assets`: its groups, and how it ends."""

from __future__ import annotations

import gc
import os
import sys

import click
from rich.console import Console

from nino_assets.cli.access import access, share
from nino_assets.cli.build import build, demo, synthesise
from nino_assets.cli.calendar_command import calendar
from nino_assets.cli.options import FAILED, refuse_hidden_characters
from nino_assets.cli.perturbation_table import perturbation_table
from nino_assets.cli.reference import reference
from nino_assets.cli.release import correct, release, review, revise, sign_off
from nino_assets.cli.serve import serve
from nino_assets.cli.status import status, tabulate, ui
from nino_assets.cli.usage_errors import MISTYPED, describe_usage_error
from nino_assets.cli.verify import verify
from nino_assets.errors import NinoError
from nino_assets.quality.quiet import silence_exit_report
from nino_assets.statistic.reference_folder import find_data_folder
from nino_assets.store.atomic import explain_path_errors
from nino_assets.store.closing import close_new_files
from nino_assets.store.event_log_errors import explain_event_log_errors
from nino_assets.writers.safe_text import write_terminal

GC_THRESHOLD = 100_000
"""CPython's default (700) re-scans the large imported libraries too often.

Performance helper. With the default a small build takes 4 to 10 % more processor time
(`python -m nino_assets_tests.benchmarks.command_helpers`).
"""

COMMANDS = (
    synthesise,
    demo,
    build,
    status,
    review,
    calendar,
    sign_off,
    access,
    release,
    correct,
    revise,
    share,
    verify,
    tabulate,
    ui,
    serve,
    perturbation_table,
    reference,
)
"""In the order in which the work is done."""


class OrderedGroup(click.Group):
    """A group that lists its commands in the order of adding."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands, as help shows them."""
        return list(self.commands)


@click.group(cls=OrderedGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="nino-assets", prog_name="nino-assets")
def cli() -> None:
    """Produce the statistics on National Insurance numbers allocated to adult overseas nationals.

    The commands are listed in the order of the work.
    """


for command in COMMANDS:
    cli.add_command(command)


def main() -> None:
    """Run a command; print a refusal and exit with a non-zero code.

    The code is 1 for a refusal, 2 for a command that was typed wrongly.
    """
    # Arrow reads this as it is loaded, here and in every process that a command starts. Its usual
    # allocator gives memory back at once and asks for it again: cleaning ten million records then
    # takes a fifth more processor time, and more memory.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "jemalloc")
    gc.set_threshold(GC_THRESHOLD, *gc.get_threshold()[1:])
    silence_exit_report()
    close_new_files()
    try:
        refuse_hidden_characters(sys.argv[1:])
        data = find_data_folder()
        with explain_path_errors(data), explain_event_log_errors(data / "dagster"):
            sys.exit(cli(prog_name="nino-assets", standalone_mode=False))
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(MISTYPED)
    except click.UsageError as error:
        _print_error(describe_usage_error(error))
        sys.exit(MISTYPED)
    except click.Abort:
        _print_error("Stopped.")
        sys.exit(FAILED)
    except NinoError as error:
        _print_error(error)
        sys.exit(FAILED)
    finally:
        # Skip the final garbage collection: the process is about to exit.
        gc.freeze()


def _print_error(error: NinoError | str) -> None:
    Console(stderr=True, highlight=False, emoji=False, soft_wrap=True).print(
        write_terminal(str(error)), markup=False
    )
