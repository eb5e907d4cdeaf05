"""HTML pages, each one file that fetches nothing.

Belongs here: what every page has in common: the environment, the frame and its style. Does not
belong here: what a page says, and who publishes it: both are given as values.
"""

from nino_assets.writers.pages.environment import Banner, build_environment

__all__ = ["Banner", "build_environment"]
