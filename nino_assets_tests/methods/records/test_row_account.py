"""The row account lists every reason, repair and status, zeros too."""

from __future__ import annotations

import duckdb

from nino_assets.methods.records.row_account import build_row_account
from nino_assets.statistic.vocabulary import GEOCODE_STATUSES, REJECTION_REASONS, REPAIRS


def test_every_row_is_accounted_for() -> None:
    con = duckdb.connect()
    con.execute("""
        CREATE TABLE raw AS FROM range(6);
        CREATE TABLE cleaned AS SELECT * FROM (VALUES
            ('Poland', 30, 5, 'Male'),
            ('Unknown', NULL, NULL, 'Unknown'),
            ('Poland', NULL, 0, 'Male')
        ) t(nationality, age, arrival_lag_days, sex);
        CREATE TABLE rejected AS SELECT * FROM (VALUES
            ('invalid_nino'), ('invalid_nino'), ('duplicate_nino')) t(reason);
        CREATE TABLE geocoded AS SELECT * FROM (VALUES
            ('matched'), ('bfpo'), ('matched')) t(geocode_status)""")
    account = build_row_account(
        con, raw="raw", cleaned="cleaned", rejected="rejected", geocoded="geocoded"
    )
    assert list(account) == ["delivered", "accepted", "rejected", "repairs", "geocode_status"]
    assert (account["delivered"], account["accepted"]) == (6, 3)
    assert account["rejected"] == dict.fromkeys(REJECTION_REASONS, 0) | {
        "invalid_nino": 2,
        "duplicate_nino": 1,
    }
    assert account["repairs"] == {
        "nationality_unknown": 1,
        "age_unknown": 2,
        "lag_unknown": 1,
        "sex_unknown": 1,
    }
    assert list(account["repairs"]) == list(REPAIRS)
    assert account["geocode_status"] == dict.fromkeys(GEOCODE_STATUSES, 0) | {
        "matched": 2,
        "bfpo": 1,
    }
    assert list(account["geocode_status"]) == list(GEOCODE_STATUSES)


def test_an_empty_delivery_has_zeros() -> None:
    con = duckdb.connect()
    con.execute("""
        CREATE TABLE none (nationality VARCHAR, age INTEGER, arrival_lag_days INTEGER, sex VARCHAR,
            reason VARCHAR, geocode_status VARCHAR)""")
    account = build_row_account(con, raw="none", cleaned="none", rejected="none", geocoded="none")
    assert account["delivered"] == account["accepted"] == 0
    assert not any(account["rejected"].values())
    assert not any(account["repairs"].values())
