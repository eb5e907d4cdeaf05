"""What this statistic is, as data.

Belongs here: facts that every other room may use: identity, quarters, vocabulary, published domain,
events, reference lists. Does not belong here: anything that computes a figure, reads a delivery or
knows a file of the warehouse.
"""
