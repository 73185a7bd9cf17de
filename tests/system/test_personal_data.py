"""Numbers of persons in free text: masked in what people see, kept in raw.

Links in the inbox are not followed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from pipeline.config.checkout import TRANSFORMS
from pipeline.models.build import load_functions
from tests.support.homes import make_home, rows, run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("市民13812345678反映", "市民138****5678反映"),
        ("电话：138 1234 5678。", "电话：138****5678。"), ("13812345678", "138****5678"),
        ("证号310101199001011234", "证号310101************"),
        ("证号31010119900101123X，电话15900001111", "证号310101************，电话159****1111"),
        ("编号2023061512345678", "编号2023061512345678"), ("12345热线", "12345热线"),
        ("罚款12000000000元", "罚款12000000000元"), (None, None),
    ],
)  # fmt: skip
def test_masked(text: str | None, shown: str | None) -> None:
    con = duckdb.connect()
    load_functions(con, TRANSFORMS)
    assert con.execute("select masked($1)", [text]).fetchone() == (shown,)


def test_nobodys_number_stands_in_a_mart(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    ledger = (
        "编号,舆情标题,来源平台,发现时间,级别,处置结果\n1,市民13812345678投诉噪声,平台,"
        "2023-06-01 08:00,一般,已联系13912345678\n"
    )
    (home / "inbox" / "ledger" / "i.csv").write_text(ledger, "utf-8")
    news = "标题,媒体名称,发布时间\n求助热心人15812345678,示例日报,2023-06-02 09:00\n"
    (home / "inbox" / "news" / "n.csv").write_text(news, "utf-8")
    run(home, "2023-06-30")
    assert rows(home, "select title from mart.incident") == [("市民138****5678投诉噪声",)]
    assert rows(home, "select title from mart.mention") == [("求助热心人158****5678",)]
    tables = rows(home, "select table_name from duckdb_tables() where schema_name = 'mart'")
    for (table,) in tables:
        text = rows(
            home,
            (
                f"select coalesce(string_agg(cast(to_json(t) as varchar)), '') from mart.{table} as "
                "t"
            ),
        )[0][0]
        assert "12345678" not in text, table
    assert rows(home, "select title from raw.news_item") == [("求助热心人15812345678",)], (
        "raw is what the file said"
    )


def test_a_link_in_the_inbox_is_refused_and_what_it_leads_to_is_untouched(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    outside = tmp_path / "secret.csv"
    outside.write_text("标题,媒体名称,发布时间\n甲,示例日报,2023-06-02\n", "utf-8")
    (home / "inbox" / "news" / "n.csv").symlink_to(outside)
    assert run(home, "2023-06-30", code=3)["files"]["quarantined"] == 1
    assert rows(home, "select count(*) from raw.news_item") == [(0,)]
    assert outside.exists()
