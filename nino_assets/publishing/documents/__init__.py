"""The background documents: methodology, quality report, release strategy.

They are built from the facts that the pipeline works with. Whatever a document takes from there is
marked, so that it can be derived again from the code and compared (`documents_agreement.py`):

    <data data-rule="…">     a rule (`stated_rules.py`)
    <data data-result="…">   a result of the quarter's checks (`document_facts.py`)
    <span data-quoted="…">   a text reviewed elsewhere (`quotations.py`)
    <code data-check="…">    the name of a check; data-asset, of an asset
    <time datetime="…">      the date of the document, which is that of the release

Belongs here: the documents' words, and checking the written pages. Does not belong here: the rules
themselves, and running checks.
"""
