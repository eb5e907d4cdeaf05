"""The documents of a quarter, from every check of the line with made-up results."""

from __future__ import annotations

from pathlib import Path

import pytest

from nino_assets.publishing.documents.document_facts import DocumentFacts
from nino_assets.publishing.documents.document_names import FOLDER
from nino_assets.publishing.documents.document_pages import write_documents
from nino_assets_tests.support.document_facts import make_document_facts


@pytest.fixture(scope="session")
def facts() -> DocumentFacts:
    return make_document_facts(synthetic=True)


@pytest.fixture(scope="session")
def publication(facts: DocumentFacts, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A publication that has its documents and nothing else."""
    folder = tmp_path_factory.mktemp("publication")
    (folder / FOLDER).mkdir()
    write_documents(facts, folder / FOLDER)
    return folder
