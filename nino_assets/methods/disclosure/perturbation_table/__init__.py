"""The p-table: its design, its rules, and what it would disclose.

`max_entropy` finds the probabilities of one row, `key_allocation` turns them into whole keys,
`design` puts rows together into a table that only a 32-byte key can reproduce, `validation` holds
the rules that any table must satisfy, `exact_disclosure` measures how often a count is disclosed
exactly.
"""
