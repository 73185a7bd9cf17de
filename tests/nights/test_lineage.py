"""Lineage: what a column is made of, read out of the SQL.

Cases worked out by hand, and the committed pages.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from collectors.layout import Layout, load_layouts
from pipeline.config.checkout import LAYOUT_FOLDER, TRANSFORMS
from pipeline.export.lineage_page import JSON, PAGE, json_text, page_text
from pipeline.ingest.raw_tables import raw_columns
from pipeline.models.folder import load_models
from pipeline.models.lineage import Origins, direct_origins, first_origins
from tests.support.models import FullBench

MODELS = load_models(TRANSFORMS)


@cache
def layouts() -> dict[str, Layout]:
    return load_layouts(LAYOUT_FOLDER)


@cache
def direct() -> dict[str, Origins]:
    return direct_origins(
        MODELS, raw_columns(table for layout in layouts().values() for table in layout.tables)
    )


def lineage_of(folder: Path, **models: str) -> tuple[dict[str, Origins], dict[str, Origins]]:
    """Direct and first origins of staging models given as SQL; raw.r has the columns a, b and k."""
    (folder / "staging").mkdir()
    for name, sql in models.items():
        (folder / "staging" / f"{name}.sql").write_text(f"-- x\n-- grain: k\n{sql}", "utf-8")
    found = direct_origins(load_models(folder), {"r": ("a", "b", "k")})
    return found, first_origins(found)


def test_through_subqueries_stars_unions_and_windows(tmp_path: Path) -> None:
    found, _ = lineage_of(
        tmp_path,
        star=(
            "with t as (select * from raw.r) select t.k, to_count(t.a) + 1 as v, 'x' as fixed "
            "from t"
        ),
        united="select r.k, r.a as v from raw.r as r union all select r.k, r.b from raw.r as r",
        ranked=(
            "select r.k, row_number() over (partition by r.k order by r.a) as v, max_by(r.a, "
            "r.b) as w from raw.r as r group by r.k, r.a"
        ),
    )
    assert found["staging.star"] == {
        "k": ("raw.r.k",),
        "v": ("raw.r.a",),
        "fixed": (),
        "*": ("raw.r.*",),
    }
    assert found["staging.united"]["v"] == ("raw.r.a", "raw.r.b")
    assert found["staging.ranked"] == {
        "k": ("raw.r.k",),
        "v": ("raw.r.a", "raw.r.k"),
        "w": ("raw.r.a", "raw.r.b"),
        "*": ("raw.r.*",),
    }


def test_a_column_named_like_its_subquery(tmp_path: Path) -> None:
    found, _ = lineage_of(
        tmp_path, m="with a as (select k, max(a) as a from raw.r group by k) select a.k, a.a from a"
    )
    assert found["staging.m"]["a"] == ("raw.r.a",)


def test_a_count_comes_from_the_rows_and_conditions_do_not_count(tmp_path: Path) -> None:
    direct, first = lineage_of(
        tmp_path,
        low="select r.k, r.a from raw.r as r where r.b is not null",
        high=(
            "select l.k, count(*) as n from staging.low as l join raw.s as s on s.k = l.k group "
            "by l.k"
        ),
    )
    assert direct["staging.high"]["n"] == ("staging.low.*",)
    assert first["staging.high"] == {"k": ("raw.r.k",), "n": ("raw.r.*",), "*": ("raw.r.*",)}


def test_known_columns_of_the_product() -> None:
    # people, not times
    assert direct()["mart.account_daily"]["favorites"] == ("staging.channel_daily.favoriters",)
    assert set(direct()["mart.account_daily"]["reads"]) == {
        "staging.channel_daily.reads",
        "staging.platform_daily.reads",
    }
    first = first_origins(direct())["mart.live_session"]["viewers"]
    assert {"raw.ledger_live.viewers", "raw.ledger_live.viewers_wan"} <= set(first)
    assert "raw.ledger_live.views" not in first, "people and times are never mixed"


def test_every_origin_exists() -> None:
    cursor = FullBench().con.execute(
        "select schema_name || '.' || table_name || '.' || column_name from duckdb_columns()"
    )
    there = {row[0] for row in cursor.fetchall()}
    named = {
        origin
        for columns in direct().values()
        for origins in columns.values()
        for origin in origins
    }
    assert {origin for origin in named if not origin.endswith(".*")} - there == set()


def test_every_mart_column_has_an_origin_or_is_a_constant() -> None:
    bare = {
        f"{model.table}.{name}"
        for model in MODELS
        for name in model.columns
        if not first_origins(direct())[model.table][name]
    }
    words = {
        "origin",
        "target_id",
        "metric",
        "rule",
        "kind",
        "flow",
        "basis",
        "window_rank",
        "window_days",
        "tag_kind",
        "version",
        "scope",
        "ledger",
        "measure",
    }  # written into the SQL as they are
    assert {column for column in bare if column.rpartition(".")[2] not in words} == set()


def test_committed_pages_are_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page_text(MODELS, layouts()), "run `python -m pipeline docs`"
    assert JSON.read_text("utf-8") == json_text(MODELS, layouts()), "run `python -m pipeline docs`"


def test_the_json_is_for_programs() -> None:
    found = json.loads(JSON.read_text("utf-8"))
    assert set(found) == {model.table for model in MODELS}
    assert found["mart.portal_month"]["rank"] == {
        "from": ["staging.portal_month_row.rank"],
        "first": ["raw.ledger_portal_month.rank"],
    }
