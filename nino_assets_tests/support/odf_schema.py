"""Validation against the OASIS schemas of ODF 1.3, which a development dependency carries."""

import zipfile
from pathlib import Path

import openxml_audit.odf
from lxml import etree


def assert_valid(path: Path) -> None:
    """Every XML part of the package is valid ODF 1.3."""
    home = Path(openxml_audit.odf.__file__).parent / "schemas" / "odf-1.3"
    document, manifest = (
        etree.RelaxNG(etree.parse(home / f"OpenDocument-v1.3-{kind}.rng"))
        for kind in ("schema", "manifest-schema")
    )
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if name.endswith(".xml"):
                schema = manifest if name.startswith("META-INF") else document
                part = etree.fromstring(package.read(name))
                assert schema.validate(part), f"{name}: {schema.error_log.last_error}"
                if schema is document:
                    version = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}version"
                    assert part.get(version) == "1.3"
