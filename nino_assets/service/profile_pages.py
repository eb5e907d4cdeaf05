"""The pages of areas and nationalities, and their lists."""

from __future__ import annotations

from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nino_assets.service.build_page import has_words
from nino_assets.service.edition_cells import EditionCells
from nino_assets.service.edition_source import EditionSource, find_edition
from nino_assets.service.members import AREA, NATIONALITY
from nino_assets.service.page_errors import tell_errors
from nino_assets.service.page_writer import send_page
from nino_assets.service.profile import Profile, build_profile, list_profiles

_FIELDS = {"areas": AREA, "nationalities": NATIONALITY}
_OTHERS = {"areas": "nationalities", "nationalities": "areas"}
_TITLES = {"areas": "Areas", "nationalities": "Nationalities"}
_WORDS = {"areas": "nationalities", "nationalities": "local authorities"}


class ProfilePages:
    """The pages over the edition that readers have now."""

    def __init__(self, current: EditionSource) -> None:
        self._current = current
        self._build = lru_cache(maxsize=128)(_build)

    def list_routes(self) -> list[Route]:
        """The routes of lists and pages."""
        return [
            Route(f"/{folder}{path}", call, methods=["GET"])
            for folder in _FIELDS
            for path, call in (("", self.get_list), ("/{code}", self.get_profile))
        ]

    @tell_errors
    async def get_list(self, request: Request) -> Response:
        folder = request.url.path.strip("/")
        edition = await find_edition(self._current, None)
        find = request.query_params.get("find", "").strip()[:100]
        return send_page(
            "profiles.html.j2",
            title=_TITLES[folder],
            synthetic=edition.synthetic,
            folder=folder,
            find=find,
            values=[
                each for each in list_profiles(_FIELDS[folder], edition) if has_words(each, find)
            ],
        )

    @tell_errors
    async def get_profile(self, request: Request) -> Response:
        folder = request.url.path.strip("/").partition("/")[0]
        current = await find_edition(self._current, None)
        edition = await find_edition(self._current, request.query_params.get("edition"))
        pinned = edition.name if edition is not current else ""
        profile = self._build(folder, request.path_params["code"], edition, pinned)
        return send_page(
            "profile.html.j2",
            title=profile.label,
            synthetic=edition.synthetic,
            edition=edition,
            folder=folder,
            pinned=pinned,
            current=current.name,
            others=_WORDS[folder],
            others_folder=_OTHERS[folder],
            profile=profile,
        )


def _build(folder: str, code: str, edition: EditionCells, pinned: str) -> Profile:
    return build_profile(_FIELDS[folder], code, edition, pinned)
