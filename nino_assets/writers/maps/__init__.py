"""Maps of published figures, drawn as static SVG without any network."""
