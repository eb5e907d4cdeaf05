"""Group governance: what reviewers sign, and what is released.

Belongs here: the shells of governance assets.
"""

import json

import dagster as dg

from nino_assets.assets.cubes import counts_in_use, perturbed_cubes
from nino_assets.assets.partitions import ONE_AT_A_TIME, QUARTERS, quarters_of
from nino_assets.assets.publication import bulletin, open_data, tables
from nino_assets.assets.records import RESTRICTED, cleaning, geocoded_records, raw_scan
from nino_assets.assets.stage import run_stage
from nino_assets.methods.cubes import period_members
from nino_assets.methods.risk_and_utility import risk_and_utility
from nino_assets.methods.row_account import row_account
from nino_assets.published_domain import CUBES
from nino_assets.storage.atomic import write_text
from nino_assets.storage.warehouse import RECORD_ASSETS, Warehouse


@dg.asset(
    group_name="governance",
    partitions_def=QUARTERS,
    backfill_policy=ONE_AT_A_TIME,
    required_resource_keys={"warehouse"},
    deps=[
        raw_scan,
        *cleaning.keys,
        geocoded_records,
        perturbed_cubes,
        tables,
        open_data,
        bulletin,
    ],
    kinds={"json"},
    tags=RESTRICTED,
)
def qa_report(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """What reviewers judge a release by: the row account, and what the perturbation did.

    The account lies beside the publication and is not published; risk and utility stay in the
    restricted zone.
    """
    warehouse: Warehouse = context.resources.warehouse
    quarters = quarters_of(context)

    def work() -> dg.MaterializeResult:
        (quarter,) = quarters
        delivery = warehouse.delivery_of(quarter)
        with warehouse.session() as con:
            for asset in RECORD_ASSETS:
                con.register(asset, warehouse.records(asset, delivery))
            raw, cleaned, rejected, geocoded = RECORD_ASSETS
            account = row_account(
                con, raw=raw, cleaned=cleaned, rejected=rejected, geocoded=geocoded
            )
            first = warehouse.first_quarter(quarter)
            held = max(first, quarter - 3).until(quarter)
            measures = risk_and_utility(
                counts_in_use(warehouse, con, held),
                warehouse.frame("perturbed_cubes", quarter),
                {cube.name: period_members(cube.period, [quarter], first) for cube in CUBES},
            )
        warehouse.write_table("risk_and_utility", measures.to_arrow().to_reader(), quarter)
        path = warehouse.folders.publication(quarter) / "qa" / "counts.json"
        write_text(path, json.dumps(account, indent=1) + "\n")
        return dg.MaterializeResult(
            metadata={
                "delivered": account["delivered"],
                "accepted": account["accepted"],
                "rejected": dg.MetadataValue.json(account["rejected"]),
                "repairs": dg.MetadataValue.json(account["repairs"]),
                "geocode_status": dg.MetadataValue.json(account["geocode_status"]),
            }
        )

    return run_stage(context, work, quarters=quarters)
