"""What the documents are made from: edition, check results and principles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nino_assets.errors import PublicationError
from nino_assets.governance.check_result import CheckResult
from nino_assets.publishing.documents.document_names import TITLES
from nino_assets.publishing.documents.reader_tolerances import list_team_checks
from nino_assets.publishing.edition import Edition
from nino_assets.statistic.reference_folder import locate_list
from nino_assets.statistic.reference_lists import keep_while_unchanged, read_list

KEEPER_KINDS = ("asset", "check", "document")


@dataclass(frozen=True, kw_only=True)
class DocumentFacts:
    """An edition and every check; later assets have no result."""

    edition: Edition
    checks: tuple[CheckResult, ...]

    @property
    def assets(self) -> list[str]:
        """Every asset with checks, in the order of the pipeline."""
        return list(dict.fromkeys(check.asset for check in self.checks))

    @property
    def checked_assets(self) -> list[str]:
        """The assets that have a check result."""
        ran = {check.asset for check in self.checks if check.passed is not None}
        return [asset for asset in self.assets if asset in ran]

    def check(self, key: str) -> CheckResult:
        return next(check for check in self.checks if check.key == key)


@dataclass(frozen=True)
class PrincipleEvidence:
    """An asset, check (`asset.name`) or document that keeps a principle."""

    kind: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Principle:
    """A principle of the Code of Practice, and how it is kept."""

    principle: str
    pillar: str
    title: str
    how_kept: str
    kept_by: tuple[PrincipleEvidence, ...]


@keep_while_unchanged("code_of_practice")
def read_principles() -> tuple[Principle, ...]:
    """Read the principles of the Code of Practice, in its order."""
    return tuple(
        Principle(
            principle=row["principle"],
            pillar=row["pillar"],
            title=row["title"],
            how_kept=row["how_kept"],
            kept_by=tuple(
                PrincipleEvidence(*each.strip().split(" ", 1)) for each in row["kept_by"].split(";")
            ),
        )
        for row in read_list("code_of_practice").iter_rows(named=True)
    )


def refuse_unknown_evidence(facts: DocumentFacts) -> None:
    """Raise PublicationError when a principle names something unknown."""
    closed = list_team_checks()
    known = {
        "asset": set(facts.assets),
        "check": {check.key for check in facts.checks if check.name not in closed},
        "document": set(TITLES),
    }
    for principle in read_principles():
        for keeper in principle.kept_by:
            if keeper.name not in known.get(keeper.kind, set()):
                raise PublicationError(
                    f"principle {principle.principle} is kept by the {keeper.kind} {keeper.name}, "
                    "which the pipeline does not have or keeps for the team",
                    rule="each principle names an asset, a document, or a check that readers may "
                    "be told",
                    next_step=f"correct {locate_list('code_of_practice.csv')}",
                )


def count_results(checks: Iterable[CheckResult]) -> dict[str, str]:
    """Return each result that the documents state, with its number.

    `all/…` is of the whole pipeline, `<asset>/…` of one asset: `blocking` and `warning` count the
    checks, `passed` and `noticed` what they found.
    """
    counts: dict[str, str] = {}
    listed = list(checks)
    groups: Mapping[str, Sequence[CheckResult]] = {
        "all": listed,
        **{asset: [c for c in listed if c.asset == asset] for asset in {c.asset for c in listed}},
    }
    for name, group in groups.items():
        found = {
            "checks": group,
            "blocking": [c for c in group if c.severity == "block"],
            "warning": [c for c in group if c.severity == "warn"],
            "ran": [c for c in group if c.passed is not None],
            "passed": [c for c in group if c.passed],
            "noticed": [c for c in group if c.passed is False],
        }
        counts |= {f"{name}/{measure}": f"{len(members):,}" for measure, members in found.items()}
    return counts
