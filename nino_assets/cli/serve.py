"""The command that serves the released editions: `serve`."""

from __future__ import annotations

import click

from nino_assets.cli.options import PORT, say


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=PORT, default=8000, show_default=True, help="The port to listen on.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="How many processes answer; one a core is enough.",
)
def serve(host: str, port: int, workers: int) -> None:
    """Serve the open data API over what is released."""
    from nino_assets.service import server

    say(f"The table builder opens at http://{host}:{port}, the open data API below /webapi/rest/v1")
    say("Stop with Ctrl+C")
    server.serve(host=host, port=port, workers=workers)
