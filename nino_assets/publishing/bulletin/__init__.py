"""The HTML bulletin, its publisher's pack and plain text edition, from published cells."""
