"""Group records: from the delivered scan to registrations without identifiers. All restricted.

Belongs here: the shells of record-level assets. A register extract is always taken in, cleaned and
geocoded whole, since its duplicates are judged over the whole delivery.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date

import dagster as dg

from nino_assets.deliveries.intake import ingest_delivery
from nino_assets.deliveries.landed import find_serving_delivery
from nino_assets.deliveries.perturbation_table_file import read_perturbation_table
from nino_assets.deliveries.scan_layout import read_scan_layout
from nino_assets.methods.records.cleaning import clean_scan
from nino_assets.methods.records.geocoding import geocode_sql
from nino_assets.methods.records.pseudonyms import pseudonymise
from nino_assets.orchestration.assets.partitions import ONE_PASS, QUARTERS, quarters_of
from nino_assets.orchestration.assets.reference import (
    nationality_groups,
    perturbation_table,
    postcode_directory,
)
from nino_assets.orchestration.assets.stage import run_stage
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_lists import nationality_aliases
from nino_assets.store import keys
from nino_assets.store.delivery import Delivery
from nino_assets.store.seal import seal_keys
from nino_assets.store.warehouse import Warehouse

RESTRICTED = {"access": "restricted"}
HASHED_ROWS = 100_000
"""Registrations that are pseudonymised at once. More take longer, as they outgrow the caches."""


@dg.asset(
    group_name="records",
    partitions_def=QUARTERS,
    backfill_policy=ONE_PASS,
    required_resource_keys={"warehouse"},
    kinds={"parquet"},
    tags=RESTRICTED,
)
def raw_scan(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """The delivered scan, as delivered, every column text, encrypted at rest."""
    warehouse: Warehouse = context.resources.warehouse
    quarters = quarters_of(context)

    def work() -> dg.MaterializeResult:
        served: dict[Delivery, list[Quarter]] = {}
        for quarter in quarters:
            delivery = find_serving_delivery(warehouse.folders, quarter, today=date.today())
            served.setdefault(delivery, []).append(quarter)
        rows: Counter[str] = Counter()
        for delivery, its_quarters in served.items():
            context.log.info(f"Taking in delivery {delivery.id}: {delivery.rows:,} records")
            taken = ingest_delivery(warehouse, delivery, its_quarters)
            rows.update({quarter.label: taken[quarter.label] for quarter in its_quarters})
        return _described(rows, list(served))

    return run_stage(context, work, quarters=quarters)


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            "cleaned_records",
            deps=[raw_scan, nationality_groups],
            description="One valid registration in scope a row.",
            group_name="records",
            kinds={"duckdb", "parquet"},
            tags=RESTRICTED,
        ),
        dg.AssetSpec(
            "rejected_records",
            deps=[raw_scan, nationality_groups],
            description="Every other delivered row, with exactly one reason.",
            group_name="records",
            kinds={"duckdb", "parquet"},
            tags=RESTRICTED,
        ),
    ],
    name="cleaning",
    partitions_def=QUARTERS,
    backfill_policy=ONE_PASS,
    required_resource_keys={"warehouse"},
)
def cleaning(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
    """Each delivered row is accepted, or rejected with the first reason that applies."""
    warehouse: Warehouse = context.resources.warehouse
    quarters = quarters_of(context)

    def work() -> list[dg.MaterializeResult]:
        rows = {"cleaned_records": Counter[str](), "rejected_records": Counter[str]()}
        for delivery, its_quarters in warehouse.serving.group_quarters(quarters).items():
            layout = read_scan_layout(delivery.layout, asked_by=f"delivery {delivery.id}")
            with warehouse.session() as con:
                streams = clean_scan(
                    con,
                    warehouse.records.read("raw_scan", delivery),
                    delivered=delivery.quarter,
                    register=delivery.is_register,
                    synthetic=delivery.synthetic,
                    nationalities=warehouse.tables.read_frame("nationality_groups"),
                    aliases=nationality_aliases(),
                    column_order=tuple(layout.columns.values()),
                )
                for asset, reader in zip(rows, streams, strict=True):
                    written = warehouse.records.write(asset, delivery, reader.schema, reader)
                    rows[asset].update({q.label: written[q.label] for q in its_quarters})
        return [_described(counts, [], asset=asset) for asset, counts in rows.items()]

    yield from run_stage(
        context,
        work,
        quarters=quarters,
        reads=lambda: {"raw_scan": quarters, "nationality_groups": None},
    )


@dg.asset(
    group_name="records",
    partitions_def=QUARTERS,
    backfill_policy=ONE_PASS,
    required_resource_keys={"warehouse"},
    deps=["cleaned_records", postcode_directory, perturbation_table],
    kinds={"duckdb", "parquet"},
    tags=RESTRICTED,
)
def geocoded_records(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Registrations without identifiers: pseudonym, record key, output area, what is counted."""
    warehouse: Warehouse = context.resources.warehouse
    quarters = quarters_of(context)

    def work() -> dg.MaterializeResult:
        number_of_keys = read_perturbation_table(warehouse).keys
        rows: Counter[str] = Counter()
        for delivery, its_quarters in warehouse.serving.group_quarters(quarters).items():
            secret = keys.secret_keys(warehouse.folders, synthetic=delivery.synthetic)
            seal_keys(warehouse.folders, secret)
            with warehouse.session() as con:
                con.register("cleaned", warehouse.records.read("cleaned_records", delivery))
                warehouse.tables.create_view(con, "directory", "postcode_directory")
                reader = pseudonymise(
                    con,
                    f"({geocode_sql('cleaned', 'directory')})",
                    pseudonym_key=secret.pseudonym,
                    record_key=secret.record,
                    keys=number_of_keys,
                    batch_rows=HASHED_ROWS,
                )
                written = warehouse.records.write(
                    "geocoded_records", delivery, reader.schema, reader
                )
            rows.update({q.label: written[q.label] for q in its_quarters})
        return _described(rows, [])

    return run_stage(
        context,
        work,
        quarters=quarters,
        reads=lambda: {
            "cleaned_records": quarters,
            "postcode_directory": None,
            "perturbation_table": None,
        },
    )


def _described(
    rows: Counter[str], deliveries: list[Delivery], asset: str | None = None
) -> dg.MaterializeResult:
    metadata: dict[str, dg.MetadataValue] = {
        "dagster/row_count": dg.MetadataValue.int(rows.total())
    }
    if deliveries:
        metadata["deliveries"] = dg.MetadataValue.json([delivery.id for delivery in deliveries])
    return dg.MaterializeResult(asset_key=asset, metadata=metadata)
