"""Files of the tabulations: each cuboid in Parquet and as array.

Belongs here: how cells of cuboids are written and indexed. Does not belong here: which cuboids
there are (`statistic/cuboids.py`), how a cell is made (`methods/disclosure/`), how the files are
read again (`releases/lattice.py`).
"""
