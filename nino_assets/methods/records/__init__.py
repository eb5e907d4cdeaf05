"""What happens to one delivered row: dates, cleaning, geocoding, pseudonyms.

Belongs here: rules that decide about one row. Does not belong here: counts (`disclosure/`).
"""
