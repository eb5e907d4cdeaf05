"""What comes in: manifests, layouts, scan files, postcode files, lists of other producers.

Belongs here: finding, verifying and reading files in `landing/`. Does not belong here: rules that
judge a record (`methods/`).
"""
