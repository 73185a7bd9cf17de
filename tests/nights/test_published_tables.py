"""Every published table and column has a comment; the tables of the contract have their columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.homes import make_home, rows, run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after its first night, without any file."""
    home = make_home(tmp_path_factory.mktemp("published") / "home")
    run(home, "2023-01-31")
    return home


def test_published_tables_and_columns_carry_comments(home: Path) -> None:
    assert (
        rows(
            home,
            "select schema_name || '.' || table_name from duckdb_tables() where comment is null",
        )
        == []
    )
    bare = (
        "select schema_name || '.' || table_name || '.' || column_name from duckdb_columns() "
        "where comment is null and not internal"
    )
    assert rows(home, bare) == []


def test_contract_tables_have_their_columns(home: Path) -> None:
    """The columns that others build on, written out."""
    wanted = {
        "mart.target_progress": (
            "plan_year as_of target_id name_zh kind unit baseline target actual growth_pct "
            "progress_pct expected_by_now pace_index forecast forecast_low forecast_high chance "
            "required_growth_pct status days_covered days_expected definition_zh note_zh"
        ),
        "mart.account_daily": (
            "account_id date followers new_followers lost_followers net_followers reads readers "
            "shares sharers favorites is_provisional"
        ),
        "mart.account_channel_daily": (
            "account_id date channel reads readers shares sharers favorites is_provisional"
        ),
        "mart.article": (
            "account_id article_id title published_on url reads readers shares sharers "
            "delivered followers_gained finish_rate is_10w reads_is_capped first_10w_on "
            "window_days project_id"
        ),
        "mart.mention": (
            "mention_id title media_name media_type author published_at url canonical_url "
            "tone_raw tone tone_source is_positive_report story_id reads reads_is_capped unit"
        ),
        "ops.file": (
            "sha256 original_name source layout status rows_total rows_loaded rows_rejected "
            "reason run_id ingested_at"
        ),
        "ops.rejected_row": "sha256 sheet row_number column_name value reason",
    }
    for table, columns in wanted.items():
        there = {row[0] for row in rows(home, f"describe {table}")}
        assert set(columns.split()) - there == set(), table
