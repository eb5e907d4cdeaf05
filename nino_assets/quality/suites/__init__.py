"""The checks, one module an asset; `all.py` lists them.

Belongs here: which measure of an asset is a check, how severe it is, and SQL that only one asset
needs. A new check is one more expectation in the suite of its asset; if it has a tolerance, also a
row in `data/reference/tolerances.csv`; and a defect that it catches, in the tests. Does not belong
here: measures that several suites share (`measures/`).
"""
