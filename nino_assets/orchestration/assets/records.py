"""Record-level assets: from the delivered scan to registrations without identifiers.

A register extract is always taken in, cleaned and geocoded whole, since its duplicates are judged
over the whole delivery.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from nino_assets.deliveries.intake import ingest_delivery
from nino_assets.deliveries.landed import find_serving_delivery
from nino_assets.deliveries.perturbation_table_file import read_perturbation_table
from nino_assets.deliveries.scan_layout import read_scan_layout
from nino_assets.methods.records.cleaning import clean_scan
from nino_assets.methods.records.geocoding import geocode_sql
from nino_assets.methods.records.pseudonyms import pseudonymise
from nino_assets.orchestration.assets.reference import (
    nationality_groups,
    perturbation_table,
    postcode_directory,
)
from nino_assets.orchestration.assets.stage import (
    Made,
    Metadata,
    StageRun,
    declare_asset,
    declare_assets,
)
from nino_assets.orchestration.assets.upstream import Once, SameQuarter
from nino_assets.statistic.nationality_list import list_delivered_spellings
from nino_assets.statistic.quarters import Quarter
from nino_assets.store import keys
from nino_assets.store.declarations import Access, Kept, Stored
from nino_assets.store.delivery import Delivery
from nino_assets.store.seal import seal_keys

HASHED_ROWS = 100_000
"""Registrations that are pseudonymised at once. More take longer, as they outgrow the caches."""


@declare_asset(
    group="records",
    access=Access.RESTRICTED,
    kept=Kept.BY_DELIVERY,
    kinds={"parquet"},
    one_pass=True,
)
def raw_scan(run: StageRun) -> Metadata:
    """The delivered scan, as delivered, every column text, encrypted at rest."""
    served: dict[Delivery, list[Quarter]] = {}
    for quarter in run.quarters:
        delivery = find_serving_delivery(run.warehouse.folders, quarter, today=date.today())
        served.setdefault(delivery, []).append(quarter)
    rows: Counter[str] = Counter()
    for delivery, its_quarters in served.items():
        run.context.log.info(f"Taking in delivery {delivery.id}: {delivery.rows:,} records")
        taken = ingest_delivery(run.warehouse, delivery, its_quarters)
        rows.update({quarter.label: taken[quarter.label] for quarter in its_quarters})
    return {"dagster/row_count": rows.total(), "deliveries": [each.id for each in served]}


@declare_assets(
    group="records",
    makes=[
        Made(
            stored=Stored(name="cleaned_records", access=Access.RESTRICTED, kept=Kept.BY_DELIVERY),
            description="One valid registration in scope a row.",
            kinds=frozenset({"duckdb", "parquet"}),
        ),
        Made(
            stored=Stored(name="rejected_records", access=Access.RESTRICTED, kept=Kept.BY_DELIVERY),
            description="Every other delivered row, with exactly one reason.",
            kinds=frozenset({"duckdb", "parquet"}),
        ),
    ],
    reads=[SameQuarter(raw_scan), Once(nationality_groups)],
    one_pass=True,
)
def cleaning(run: StageRun) -> Mapping[str, Metadata]:
    """Each delivered row is accepted, or rejected with the first reason."""
    warehouse = run.warehouse
    groups = warehouse.tables.read_frame("nationality_groups")
    rows = {"cleaned_records": Counter[str](), "rejected_records": Counter[str]()}
    for delivery, its_quarters in warehouse.serving.group_quarters(run.quarters).items():
        layout = read_scan_layout(delivery.layout, asked_by=f"delivery {delivery.id}")
        with warehouse.open_session() as con:
            streams = clean_scan(
                con,
                warehouse.records.read("raw_scan", delivery),
                delivered=delivery.quarter,
                register=delivery.is_register,
                synthetic=delivery.synthetic,
                nationalities=groups,
                aliases=list_delivered_spellings(groups),
                column_order=tuple(layout.columns.values()),
            )
            for asset, reader in zip(rows, streams, strict=True):
                written = warehouse.records.write(asset, delivery, reader.schema, reader)
                rows[asset].update({q.label: written[q.label] for q in its_quarters})
    return {asset: {"dagster/row_count": counts.total()} for asset, counts in rows.items()}


@declare_asset(
    group="records",
    access=Access.RESTRICTED,
    kept=Kept.BY_DELIVERY,
    kinds={"duckdb", "parquet"},
    reads=[
        SameQuarter(cleaning["cleaned_records"]),
        Once(postcode_directory),
        Once(perturbation_table),
    ],
    one_pass=True,
)
def geocoded_records(run: StageRun) -> Metadata:
    """Registrations without identifiers: pseudonym, record key, output area, what is counted."""
    warehouse = run.warehouse
    number_of_keys = read_perturbation_table(warehouse).keys
    rows: Counter[str] = Counter()
    for delivery, its_quarters in warehouse.serving.group_quarters(run.quarters).items():
        secret = keys.find_secret_keys(warehouse.folders, synthetic=delivery.synthetic)
        seal_keys(warehouse.folders, secret)
        with warehouse.open_session() as con:
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
            written = warehouse.records.write("geocoded_records", delivery, reader.schema, reader)
        rows.update({q.label: written[q.label] for q in its_quarters})
    return {"dagster/row_count": rows.total()}
