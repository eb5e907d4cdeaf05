"""What the bulletin says: one module for each topic.

Belongs here: sentences and figures built from cells by stated rules. Does not belong here:
rounding, mark-up, and the check that derives every number again.
"""
