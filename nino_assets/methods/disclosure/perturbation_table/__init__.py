"""The p-table: what it must satisfy (`checked`), and how a good one is designed and drawn.

`max_entropy` finds the probabilities of one row, `whole_keys` turns them into whole keys, `design`
puts rows together into a table that only a 32-byte key can reproduce, `pinning` measures what its
bounds would give away.
"""
