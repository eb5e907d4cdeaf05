"""An office that runs a pipeline, whose clock stands where it was set last."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime

import pytest

from nino_assets.governance.clock import Clock
from nino_assets.statistic.identity import TIME_ZONE
from nino_assets.store.folders import Folders
from nino_assets_tests.support.commands import CommandResult, hash_files
from nino_assets_tests.support.pipeline import LAST, Pipeline
from nino_assets_tests.support.team import act_as

DUE = "2003-08-21T09:30"
"""The last Thursday of August 2003 is in the week of a bank holiday."""

QUARTER = ("--quarter", LAST)


@dataclass
class Office:
    """A pipeline whose clock stands where it was set last."""

    pipeline: Pipeline
    monkeypatch: pytest.MonkeyPatch

    def at(self, moment: str, *command: str, by: str = "An Analyst") -> CommandResult:
        """Run a command as the person after `--by`, else as `by`."""
        now = datetime.fromisoformat(moment).replace(tzinfo=TIME_ZONE)
        self.monkeypatch.setattr(Clock, "read", lambda _: now)
        self.monkeypatch.setattr(Clock, "read_kernel", lambda _: now)
        name = command[command.index("--by") + 1] if "--by" in command else by
        act_as(self.monkeypatch, self.pipeline.data, name)
        return self.pipeline.run(*command)

    def done(self, moment: str, *command: str) -> str:
        ended = self.at(moment, *command)
        assert ended.code == 0, ended.text
        return ended.text

    def stands(self, moment: str) -> str:
        """What status says."""
        return self.done(moment, "status", *QUARTER)

    def refused(self, moment: str, *command: str, by: str = "An Analyst") -> str:
        """A refusal: it says the rule and what to do next, and readers have what they had."""
        before = self.seen()
        ended = self.at(moment, *command, by=by)
        assert ended.code == 1, ended.text
        assert "Rule: " in ended.text
        assert "Next: " in ended.text
        assert self.seen() == before
        assert not list(self.pipeline.data.glob(".published/*.tmp"))
        return ended.text

    def answer_warnings(self, moment: str) -> int:
        """Accept every warning that status shows, but those about answers."""
        warnings = re.findall(r"^Warning: (\S+)", self.stands(moment), re.M)
        asked = [name for name in warnings if not name.startswith("qa_report.warnings_")]
        for name in asked:
            words = ("--by", "A Reviewer", "--decision", "accept", "--reason", "As expected")
            self.done(moment, "review", *QUARTER, "--check", name, *words)
        return len(asked)

    def sign(self, moment: str) -> None:
        for role, by in (("countersign", "Second Analyst"), ("head-of-profession", "The Head")):
            self.done(moment, "sign-off", *QUARTER, "--role", role, "--by", by)

    def seen(self) -> dict[str, str]:
        """Name → sha256 of all that readers have."""
        root = self.pipeline.data / "published"
        return hash_files(root.resolve()) if root.exists() else {}

    @property
    def folders(self) -> Folders:
        return Folders(self.pipeline.data)


def edit_publication(office: Office) -> None:
    """Add a line to the bulletin, by hand."""
    with (office.pipeline.publication() / "bulletin.html").open("a") as page:
        page.write("\n")


def make_manifest_anew(office: Office) -> None:
    """An edited file, and a manifest to match it: signed was another one."""
    edit_publication(office)
    path = office.pipeline.publication() / "manifest.json"
    document = json.loads(path.read_text())
    entry = hash_files(office.pipeline.publication())["bulletin.html"]
    size = (office.pipeline.publication() / "bulletin.html").stat().st_size
    document["files"]["bulletin.html"] = {"sha256": entry, "size": size}
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n")
