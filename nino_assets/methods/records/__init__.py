"""Record-level methods: cleaning, geocoding, pseudonyms.

Belongs here: what happens to one delivered row. Does not belong here: counts.
"""
