"""What comes in: manifests, scan and postcode files, lists of other producers.

Belongs here: finding, verifying and reading files in `landing/`. Does not belong here: rules that
decide about a record (`methods/records/`).
"""
