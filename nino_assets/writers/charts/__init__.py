"""Pictures of published figures: charts as data, drawn as static SVG and as plotly figures."""
