"""Who answers for an asset, by its group."""

OWNERS = {
    "reference": "team:nino-data",
    "records": "team:nino-data",
    "cubes": "team:nino-statistics",
    "publication": "team:nino-statistics",
    "assurance": "team:nino-quality-assurance",
    "governance": "team:nino-statistics",
}
"""The team to ask. The data team cleans, encrypts and geocodes, before statisticians see it.

Source: DWP quality report 2021, 2.2.1 (data team, then statisticians) and 1.1.4 (quality assurance
group of expert users).
"""
