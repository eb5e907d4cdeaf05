"""What holds for every asset alike, said once: who answers for it and who may see it.

Applied to all assets in `definitions.py`. Belongs here: policy by group. Does not belong here:
what only one asset knows of itself (its kinds, its restriction), which stands at the asset.
"""

import dagster as dg

OWNERS = {
    "reference": "team:nino-data",
    "records": "team:nino-data",
    "cubes": "team:nino-statistics",
    "publication": "team:nino-statistics",
    "assurance": "team:nino-quality-assurance",
    "governance": "team:nino-statistics",
}
"""The team to ask, by group. The first cleans, encrypts and geocodes, before statisticians see it.

Source: DWP quality report 2021, 2.2.1 (data team, then statisticians) and 1.1.4 (quality assurance
group of expert users).
"""

ANYONE = {"access": "all"}
"""The access of an asset that names no restriction of its own."""


def with_policy(spec: dg.AssetSpec) -> dg.AssetSpec:
    """The asset with its owner and its access. Raises KeyError for a group without an owner."""
    return spec.replace_attributes(
        owners=[OWNERS[str(spec.group_name)]], tags={**ANYONE, **spec.tags}
    )
