"""Runs the team preview, which `nino-assets ui` starts with the web UI.

`python -m nino_assets.cli.preview` needs `--host` and `--port`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import click

from nino_assets.cli.options import PORT
from nino_assets.errors import NinoError
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.closing import close_new_files

Found = TypeVar("Found")


def list_command(host: str, port: int) -> list[str]:
    """The command that starts the preview."""
    return [sys.executable, "-m", __name__, "--host", host, "--port", str(port)]


@click.command()
@click.option("--host", required=True)
@click.option("--port", type=PORT, required=True)
def main(host: str, port: int) -> None:
    """Serve until interrupted."""
    from nino_assets.orchestration.assets.catalogue import open_warehouse
    from nino_assets.orchestration.instance import open_instance
    from nino_assets.orchestration.status import read_quarter_state
    from nino_assets.orchestration.visitors import VisitorGuard, Visitors
    from nino_assets.publishing.qa_report.desk_links import PREVIEW_VARIABLE
    from nino_assets.publishing.qa_report.quarter_page import FILES, build_quarter_page
    from nino_assets.releases.editions import read_edition
    from nino_assets.service.preview import PreviewSources, create_preview
    from nino_assets.service.server import run_application
    from nino_assets.service.settings import ADDRESS, read_settings
    from nino_assets.store.folders import Folders

    close_new_files()
    # Otherwise any local client could say that it is another: uvicorn believes its headers.
    os.environ["FORWARDED_ALLOW_IPS"] = ""
    folders = Folders.from_environment()
    address = os.environ.get(PREVIEW_VARIABLE, f"http://{host}:{port}")
    # One thread asks Dagster: the files of its event log stay open for it.
    with ThreadPoolExecutor(1) as desk:
        instance = desk.submit(open_instance, folders).result()
        warehouse = open_warehouse(folders)

        def request(function: Callable[[], Found]) -> Found:
            return desk.submit(function).result()

        def is_synthetic(quarter: Quarter) -> bool:
            try:
                return request(lambda: read_edition(warehouse, quarter).synthetic)
            except NinoError:
                return False

        def build_page(quarter: Quarter) -> str:
            publication = folders.find_publication(quarter)
            return build_quarter_page(
                request(lambda: read_quarter_state(instance, warehouse, quarter)),
                synthetic=is_synthetic(quarter),
                held=[each.name for each in FILES if (publication / each.name).exists()],
            )

        preview = create_preview(
            folders,
            read_settings({**os.environ, ADDRESS: address}),
            PreviewSources(build_page, is_synthetic),
        )
        visitors = Visitors.from_environment(host, port, folders.root)
        run_application(VisitorGuard(preview, visitors), host=host, port=port)


if __name__ == "__main__":
    main()
