"""Charts as data, drawn as static SVG and as plotly figures.

Belongs here: what a chart shows, its colours, and drawing it. Does not belong here: the words
around it, and the figures.
"""
