"""The delivery that records came in, as its manifest describes it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from nino_assets.statistic.quarters import SERIES_START, Quarter

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class DeliveredFile:
    """One file of a delivery; `rows` are records, without the header."""

    name: str
    rows: int
    sha256: str


@dataclass(frozen=True)
class SupplierStatement:
    """What the supplier says it checked before it handed the scan over.

    `signed_by` is a post, not a person. `checks` are those of `supplier_checks.csv`,
    and any other. Source: OSR quality assurance of administrative data, practice area 3.
    """

    signed_by: str
    signed_on: date
    checks: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "signed_by": self.signed_by,
            "signed_on": self.signed_on.isoformat(),
            "checks": list(self.checks),
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> SupplierStatement:
        """Raises KeyError, TypeError or ValueError when the content is not a statement's."""
        checks = content["checks"]
        if not isinstance(checks, list) or not all(isinstance(each, str) for each in checks):
            raise TypeError("the checks of supplier_statement are not a list of names")
        if not str(content["signed_by"]).strip():
            raise ValueError("supplier_statement is signed by nobody")
        return cls(
            signed_by=str(content["signed_by"]),
            signed_on=date.fromisoformat(content["signed_on"]),
            checks=tuple(checks),
        )


@dataclass(frozen=True)
class Delivery:
    """A delivered scan.

    It is a quarter extract, or a register extract from 2002 to its quarter.
    The statement may come later than the scan: it makes no other delivery of it.
    """

    quarter: Quarter
    extract: str
    extracted_on: date
    layout: str
    synthetic: bool
    files: tuple[DeliveredFile, ...]
    statement: SupplierStatement | None = field(default=None, compare=False)

    @property
    def id(self) -> str:
        """`2020-Q4-1a2b3c4d5e6f`: other files, or read by another rule, are another delivery."""
        content = hashlib.sha256(json.dumps(replace(self, statement=None).to_json()).encode())
        return f"{self.quarter.label}-{content.hexdigest()[:12]}"

    @property
    def is_register(self) -> bool:
        return self.extract == "register"

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)

    @property
    def first_quarter(self) -> Quarter:
        """The first quarter that the delivery covers."""
        return SERIES_START if self.is_register else self.quarter

    @property
    def quarters(self) -> list[Quarter]:
        """The quarters that the delivery covers, ascending."""
        return list(self.first_quarter.list_until(self.quarter))

    def to_json(self) -> dict[str, Any]:
        content = {
            "quarter": self.quarter.label,
            "extract": self.extract,
            "extracted_on": self.extracted_on.isoformat(),
            "layout": self.layout,
            "synthetic": self.synthetic,
            "files": [asdict(file) for file in self.files],
        }
        if self.statement:
            content["supplier_statement"] = self.statement.to_json()
        return content

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Delivery:
        """Raises KeyError, TypeError or ValueError when the content is not a manifest's."""
        if content["extract"] not in ("quarter", "register"):
            raise ValueError("extract is neither quarter nor register")
        if not isinstance(content["synthetic"], bool):
            raise TypeError("synthetic is neither true nor false")
        files = tuple(
            DeliveredFile(str(f["name"]), f["rows"], str(f["sha256"]).lower())
            for f in content["files"]
        )
        for file in files:
            if type(file.rows) is not int or file.rows < 0:
                raise ValueError("rows is not a whole number")
            if not _SHA256.fullmatch(file.sha256):
                raise ValueError("a sha256 is not 64 hex digits")
        if not files or len({file.name for file in files}) != len(files):
            raise ValueError("files is empty or names a file twice")
        statement = content.get("supplier_statement")
        return cls(
            quarter=Quarter.parse(str(content["quarter"])),
            extract=content["extract"],
            extracted_on=date.fromisoformat(content["extracted_on"]),
            layout=str(content["layout"]),
            synthetic=content["synthetic"],
            files=files,
            statement=None if statement is None else SupplierStatement.from_json(statement),
        )
