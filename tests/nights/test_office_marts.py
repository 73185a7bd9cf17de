"""<home>/transforms.

An office's own marts in schema office, built after the product's, with comments and checks.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipeline.base.errors import ConfigError
from pipeline.config.checkout import CHECKOUT, TRANSFORMS
from pipeline.config.home import Home
from pipeline.models.folder import load_models
from tests.support.homes import growth_html, make_home, pipeline, rows, run

DAYS = growth_html(("2023-01-01", "5", "1", "4", "100"), ("2023-01-02", "3", "1", "2", "102"))
WEEK = """-- 每周净增
-- grain: account_id
-- {check}
select
    account_id,                             -- 账号编号 !not_null
    sum(net_followers) as net_followers     -- 净增关注
from mart.account_daily
group by account_id
"""
ABOVE = "-- 最多的账号\nselect max(net_followers) as most -- 最多的净增\nfrom office.week\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = make_home(tmp_path / "mart" / "home")  # a folder above has a schema's name
    (home / "inbox" / "main-wechat" / "a.xls").write_text(DAYS, "utf-8")
    (home / "transforms" / "weekly").mkdir(parents=True)
    (home / "transforms" / "a_above.sql").write_text(ABOVE, "utf-8")
    (home / "transforms" / "weekly" / "week.sql").write_bytes(
        WEEK.format(check="warn: x | true").encode("gb18030")
    )
    return home


def test_an_offices_marts_are_built_after_the_products(home: Path) -> None:
    run(home, "2023-01-31")
    assert rows(home, "select * from office.week") == [("main-wechat", 6)]  # 4 + 2
    assert rows(home, "select most from office.a_above") == [(6,)]
    notes = rows(
        home,
        (
            "select comment from duckdb_columns() where schema_name = 'office' and table_name = "
            "'week'"
        ),
    )
    assert notes == [("账号编号",), ("净增关注",)]
    named = "select check_name from ops.check_result where table_name = 'office.week' order by 1"
    assert [name for (name,) in rows(home, named)] == [
        "account_id !not_null", "grain (account_id) unique", "grain account_id filled", "x",
    ]  # fmt: skip


def test_a_removed_file_takes_its_table_along(home: Path) -> None:
    run(home, "2023-01-31")
    (home / "transforms" / "a_above.sql").unlink()
    run(home, "2023-02-01")
    assert rows(home, "select table_name from duckdb_tables() where schema_name = 'office'") == [
        ("week",)
    ]


def test_an_offices_failing_check_stops_the_publishing(home: Path) -> None:
    check = "fail: never below 7 | net_followers >= 7"
    (home / "transforms" / "weekly" / "week.sql").write_text(WEEK.format(check=check), "utf-8")
    failed = pipeline(home, "run", "--as-of", "2023-01-31")
    assert failed.returncode == 1
    assert "office.week: never below 7: 1 row(s)" in failed.stdout


def test_a_mart_that_does_not_say_what_it_is_is_published_and_told(home: Path) -> None:
    text = "select date, followers -- 粉丝数\nfrom mart.account_daily"
    (home / "transforms" / "bare.sql").write_text(text, "utf-8")
    told = pipeline(home, "run", "--as-of", "2023-01-31")
    assert told.returncode == 3
    assert "office.bare: says what it is (docs/guide/add-a-mart.md): 3 row(s)" in told.stdout
    assert "no first line; no grain; no comment of date" in told.stdout
    assert rows(home, "select followers from office.bare order by date") == [(100,), (102,)]


def test_a_grain_that_comes_twice_counts_its_rows(home: Path) -> None:
    text = WEEK.format(check="warn: x | true").replace(
        "-- grain: account_id", "-- grain: net_followers"
    )
    text = text.replace("sum(net_followers) as", "1 as").replace("\ngroup by account_id", "")
    (home / "transforms" / "weekly" / "week.sql").write_text(text, "utf-8")
    failed = pipeline(home, "run", "--as-of", "2023-01-31")
    assert failed.returncode == 1
    assert "office.week: grain (net_followers) unique: 2 row(s)" in failed.stdout


SLICED = """-- 每日净增
-- grain: account_id, date
-- incremental_by: account_id, date
-- fail: below 7 | net_followers < 7
select
    account_id,         -- 账号编号
    date,               -- 日期
    net_followers       -- 净增关注
from mart.account_daily
union all
select account_id, date, net_followers from mart.account_daily where lost_followers > 1
"""


@pytest.mark.parametrize(
    ("third_day", "words"),
    [
        (("9", "1", "8", "110"), "office.day: below 7: 1 row(s)"),
        (("5", "2", "3", "105"), "office.day: grain (account_id, date) unique: 2 row(s)"),
    ],
)
def test_what_one_night_adds_to_a_sliced_mart_is_checked(
    home: Path, third_day: tuple[str, ...], words: str
) -> None:
    (home / "transforms" / "day.sql").write_text(SLICED, "utf-8")
    run(home, "2023-01-31")
    (home / "inbox" / "main-wechat" / "b.xls").write_text(
        growth_html(("2023-01-03", *third_day)), "utf-8"
    )
    failed = pipeline(home, "run", "--as-of", "2023-02-01")
    assert failed.returncode == 1
    assert words in failed.stdout


def test_a_sliced_mart_need_not_name_an_inputs_slice_columns(home: Path) -> None:
    sliced = "-- 减少\n-- grain: account_id, date\n-- incremental_by: account_id, date\n"
    (home / "transforms" / "base.sql").write_text(
        f"{sliced}select account_id /* 账号 */, date /* 日 */, lost_followers /* 减少 */, "
        "concat(account_id, date) as id /* 编号 */ "
        "from mart.account_daily",
        "utf-8",
    )
    (home / "transforms" / "day.sql").write_text(
        f"{sliced}select d.account_id /* 账号 */, d.date /* 日 */, b.lost_followers /* 减少 */ "
        "from mart.account_daily as d "
        "left join office.base as b on b.id = concat(d.account_id, d.date)",
        "utf-8",
    )
    run(home, "2023-01-31")
    (home / "inbox" / "main-wechat" / "b.xls").write_text(
        growth_html(("2023-01-02", "5", "3", "2", "102")), "utf-8"
    )
    run(home, "2023-02-01")
    assert rows(home, "select date::varchar, lost_followers from office.day order by 1") == [
        ("2023-01-01", 1), ("2023-01-02", 3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.sql", "select 1 as x from mart.nothing", "reads mart.nothing"),
        ("a.sql", "selec 1", "a.sql"),
        ("A-b.sql", "select 1 as x", "Rename the file"),
        ("more/week.sql", "select 1 as x", "makes office.week too"),
    ],
)
def test_a_wrong_file_is_a_configuration_error(
    home: Path, name: str, text: str, words: str
) -> None:
    file = home / "transforms" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=words):
        load_models(TRANSFORMS, office=Home(home).transforms)


def test_a_checkout_that_is_a_home_keeps_the_offices_apart() -> None:
    assert Home(CHECKOUT).transforms == TRANSFORMS / "office"
    assert not any(
        model.schema == "office"
        for model in load_models(TRANSFORMS, office=Home(CHECKOUT).transforms)
    )


def test_the_products_models_cannot_read_an_offices(tmp_path: Path) -> None:
    folder = tmp_path / "mart"
    folder.mkdir()
    (folder / "x.sql").write_text("select 1 as x from office.week", "utf-8")
    with pytest.raises(ConfigError, match=r"reads office\.week"):
        load_models(tmp_path)


def test_any_client_reads_the_offices_tables(home: Path) -> None:
    run(home, "2023-01-31")
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        assert con.execute("select count(*) from office.week").fetchone() == (1,)
