"""Maps drawn as static SVG without any network.

Belongs here: projections, outlines, circles, shading and legends. Does not belong here: which
figures are mapped, and reading the lists of positions.
"""
