"""What this statistic is, as data: quarters, vocabulary, published domain, events, reference lists.

Belongs here: facts that every other room may use. Does not belong here: anything that computes a
figure, reads a delivery or knows a file of the warehouse.
"""
