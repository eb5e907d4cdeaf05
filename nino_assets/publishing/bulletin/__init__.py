"""The HTML bulletin, its publisher's pack and plain text edition.

Belongs here: the bulletin as data, its three written forms, and checking the written page. What it
says is in `commentary/`. Does not belong here: how charts, maps and pages are drawn (`writers/`).
"""
