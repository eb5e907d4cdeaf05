"""Deliveries in `landing/`: the manifest, its verification, and which serves a quarter.

Source: design §4 and §9. Everything here is checked before a record is read.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from nino_assets.deliveries.scan_files import FILE_FORMS
from nino_assets.errors import DeliveryError
from nino_assets.statistic.quarters import SERIES_START, Quarter
from nino_assets.store.folders import Folders

MANIFEST = "manifest.json"
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class DeliveredFile:
    """One file of a delivery as its manifest describes it; `rows` are records, not the header."""

    name: str
    rows: int
    sha256: str


@dataclass(frozen=True)
class SupplierStatement:
    """What the supplier says it checked before it handed the scan over.

    `signed_by` is a post, not a person. `checks` are those of `data/reference/supplier_checks.csv`,
    and any other. Source: OSR quality assurance of administrative data, practice area 3.
    """

    signed_by: str
    signed_on: date
    checks: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
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
    """A delivered scan: a quarter extract, or a register extract from 2002 to its quarter.

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
        content = hashlib.sha256(json.dumps(replace(self, statement=None).as_json()).encode())
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

    def as_json(self) -> dict[str, Any]:
        content = {
            "quarter": self.quarter.label,
            "extract": self.extract,
            "extracted_on": self.extracted_on.isoformat(),
            "layout": self.layout,
            "synthetic": self.synthetic,
            "files": [asdict(file) for file in self.files],
        }
        if self.statement:
            content["supplier_statement"] = self.statement.as_json()
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
            if Path(file.name).name != file.name or not file.name.endswith(FILE_FORMS):
                raise ValueError(
                    f"a file is not one of {', '.join(FILE_FORMS)} in the folder itself"
                )
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


def read_manifest(folders: Folders, quarter: Quarter, *, today: date) -> Delivery:
    """The delivery in the quarter's own folder. Raises DeliveryError when it is refused."""
    path = folders.delivery(quarter) / MANIFEST
    name = folders.named(path)
    if not path.is_file():
        raise DeliveryError(
            f"{name} does not exist",
            rule="a delivery is a folder with a manifest",
            next_step="wait until the delivery is complete, or ask the supplier for its manifest",
        )
    try:
        delivery = Delivery.from_json(json.loads(path.read_text(encoding="utf-8")))
    except (KeyError, TypeError, ValueError) as error:
        missing = f"it lacks {error}" if isinstance(error, KeyError) else str(error).split(":")[0]
        raise DeliveryError(
            f"{name} is not a manifest: {missing}",
            rule="a manifest has quarter, extract, extracted_on, layout, synthetic and files",
            next_step="ask the supplier to correct the manifest",
        ) from None
    if delivery.quarter != quarter:
        raise DeliveryError(
            f"{name} is for {delivery.quarter.label}, its folder for {quarter.label}",
            rule="a manifest names the quarter of its folder",
            next_step="move the delivery to its own folder, or ask the supplier which it is",
        )
    if delivery.extracted_on > today:
        raise DeliveryError(
            f"{name} says extracted_on {delivery.extracted_on}, which is in the future",
            rule="a scan is extracted before it is delivered",
            next_step="ask the supplier to correct the manifest; check this machine's clock",
        )
    return delivery


def find_serving_delivery(folders: Folders, quarter: Quarter, *, today: date) -> Delivery:
    """The delivery that serves a quarter: its own, else the earliest later register extract."""
    if folders.delivery(quarter).is_dir():
        return read_manifest(folders, quarter, today=today)
    for later in list_delivered_quarters(folders):
        # A folder whose manifest has not come yet is not a delivery.
        if later > quarter and (folders.delivery(later) / MANIFEST).is_file():
            delivery = read_manifest(folders, later, today=today)
            if delivery.is_register:
                return delivery
    raise DeliveryError(
        f"No delivery in landing/ serves {quarter.label}",
        rule="a quarter is served by its own folder, else by the earliest later register extract",
        next_step=f"put the scan with its manifest into landing/{quarter.label}/",
    )


def list_delivered_quarters(folders: Folders) -> list[Quarter]:
    """The quarters that have a folder in `landing/`, ascending."""
    found = []
    for folder in folders.landing.glob("*-Q?") if folders.landing.is_dir() else ():
        try:
            found.append(Quarter.parse(folder.name))
        except ValueError:
            continue
    return sorted(found)


def has_only_synthetic_deliveries(folders: Folders) -> bool:
    """Whether `landing/` holds synthetic deliveries and no other.

    An unreadable manifest counts as a real delivery's.
    """
    manifests = [
        folders.delivery(quarter) / MANIFEST for quarter in list_delivered_quarters(folders)
    ]
    try:
        contents = [json.loads(p.read_text(encoding="utf-8")) for p in manifests if p.is_file()]
        return bool(contents) and all(content["synthetic"] is True for content in contents)
    except (KeyError, TypeError, ValueError):
        return False


def verify_files(folders: Folders, delivery: Delivery) -> None:
    """Compare each file with its sha256. Raises DeliveryError when one is missing or differs."""
    for file in delivery.files:
        path = folders.delivery(delivery.quarter) / file.name
        name = folders.named(path)
        if not path.is_file():
            raise DeliveryError(
                f"{name} is named in the manifest and is not there",
                rule="every file of the manifest is delivered",
                next_step="ask the supplier for the missing file",
            )
        with path.open("rb") as handle:
            found = hashlib.file_digest(handle, "sha256").hexdigest()
        if found != file.sha256:
            raise DeliveryError(
                f"{name} has another sha256 than the manifest says",
                rule="a file is taken in only if its sha256 is the manifest's",
                next_step="copy the file again; if it still differs, ask the supplier",
            )


def verify_rows(folders: Folders, delivery: Delivery, file: DeliveredFile, rows: int) -> None:
    """Compare the records read from one file with its manifest. Raises DeliveryError."""
    if rows != file.rows:
        name = folders.named(folders.delivery(delivery.quarter) / file.name)
        raise DeliveryError(
            f"{name} has {rows:,} records, its manifest says {file.rows:,}",
            rule="a file is taken in only with the number of records that the manifest says",
            next_step="ask the supplier whether the file or the manifest is wrong",
        )


def find_boundary_file(folders: Folders) -> Path | None:
    """The boundary file that the team dropped for the maps, if any.

    Raises DeliveryError when there is more than one.
    """
    found = sorted(p for p in folders.boundary_landing.glob("*json") if p.is_file())
    if len(found) > 1:
        raise DeliveryError(
            f"landing/boundaries holds {len(found)} files",
            rule="maps are drawn from one boundary file",
            next_step="leave one GeoJSON or TopoJSON file there",
        )
    return found[0] if found else None
