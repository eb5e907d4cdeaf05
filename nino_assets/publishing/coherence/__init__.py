"""The coherence report: registrations beside other sources, for the statistics team."""
