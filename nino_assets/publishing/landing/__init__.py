"""The landing page, the feed and the catalogue: what readers find first in `data/published/`."""
