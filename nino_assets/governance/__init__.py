"""The rules of release: when, by whom seen first, signed by whom, corrected how."""
