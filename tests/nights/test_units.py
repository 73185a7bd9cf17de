"""Units: a unit's or account's folder gives its unit.

An unknown name is told, mapped by a decision, recognised by rule.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.base.errors import ConfigError
from pipeline.config.home import Home
from pipeline.run.units import map_unit, unknown_units
from tests.support.homes import make_home, rows
from tests.support.models import FullBench, pick
from tests.support.nights import build_again, drop_table, night

CONFIG = """
plan = "2023"
[[accounts]]
id = "main-wechat"
name = "示例城管"
platform = "wechat"
main = true
[[accounts]]
id = "side-wechat"
name = "静安城管"
platform = "wechat"
unit = "静安区"
"""
HEAD = ["活动名称", "活动日期", "主办单位", "单位"]
UNITS = "select name, unit from mart.activity order by name"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return make_home(tmp_path / "home", CONFIG)


def activity(name: str, unit: str = "", host: str = "某某中心") -> list[str]:
    return [name, "2023-06-01", host, unit]


def test_the_folder_gives_the_unit_where_the_ledger_names_none(home: Path) -> None:
    drop_table(home, "黄浦区", "台账.xlsx", [HEAD, activity("a1"), activity("a2", "宝山区")])
    drop_table(home, "side-wechat", "台账.xlsx", [HEAD, activity("b1")])
    drop_table(home, "ledger", "台账.xlsx", [HEAD, activity("c1"), activity("c2", host="静安区局")])
    report = ["报道标题", "媒体名称", "发表日期"]
    drop_table(home, "黄浦区", "舆情.xlsx", [report, ["消息", "示例日报", "2023-06-02"]])
    night(home, "2023-06-30")
    expected = [
        ("a1", "黄浦区"),
        ("a2", "宝山区"),
        ("b1", "静安区"),
        ("c1", None),
        ("c2", "静安区"),
    ]
    assert rows(home, UNITS) == expected
    assert rows(home, "select unit from mart.mention") == [("黄浦区",)]
    build_again(home, "2023-06-30")
    assert rows(home, UNITS) == expected


def test_an_unknown_folder_is_told(home: Path) -> None:
    drop_table(home, "黄埔区", "台账.xlsx", [HEAD, activity("a1")])
    result = night(home, "2023-06-30", code=3)
    assert [(one.status, "黄埔区" in (one.reason or "")) for one in result.outcomes] == [
        ("quarantined", True)
    ]


def test_an_unknown_unit_is_told_and_mapped_by_a_decision(home: Path) -> None:
    drop_table(
        home,
        "ledger",
        "台账.xlsx",
        [HEAD, activity("a1", "宝杉区"), activity("a2", "宝杉区"), activity("a3", "宝山局")],
    )
    result = night(home, "2023-06-30", code=3)
    assert [
        (q["rule"], q["original_name"], "宝杉区" in q["reason"], "2 行" in q["reason"])
        for q in result.questions
    ] == [("unknown_unit", "台账.xlsx", True, True)]
    assert rows(home, UNITS) == [("a1", None), ("a2", None), ("a3", "宝山区")]
    assert [
        (row["name"], row["ledger_rows"], row["file"]) for row in unknown_units(Home(home))
    ] == [("宝杉区", 2, "台账.xlsx")]
    with pytest.raises(ConfigError, match="宝山区"):
        map_unit(Home(home), "宝杉区", "宝杉", by="张三")
    map_unit(Home(home), "宝杉区", "宝山区", by="张三")
    night(home, "2023-07-01")
    assert rows(home, UNITS) == [("a1", "宝山区"), ("a2", "宝山区"), ("a3", "宝山区")]
    assert unknown_units(Home(home)) == []
    night(home, "2023-06-30")  # as known the day before
    assert rows(home, UNITS)[0] == ("a1", None)


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("宝山局", "宝山区"), ("上海市宝山区城管执法局", "宝山区"), ("宝山城管", "宝山区"),
        ("宝山", "宝山区"), ("宝山区城管局", "宝山区"),
        ("宝 山 区", "宝山区"), ("上海市宝山区城市管理行政执法局宣传科", "宝山区"),
        ("宝山区城管执法大队", "宝山区"),
        ("浦东", "浦东新区"), ("浦东新区城管执法局", "浦东新区"), ("临港大队", "临港新片区"),
        ("自贸区城管", "自贸区"),
        ("上海市城管执法局", "市局"), ("市局", "市局"), ("总队", "执法总队"),
        ("机场支队", "机场执法支队"),
        ("宝杉区", None), ("宝山钢铁厂", None), ("宣传处", None), ("城管", None),
        ("市绿化局", None), ("区局", None),
    ],
)  # fmt: skip
def test_names_by_rule(written: str, unit: str | None, aliases: list[tuple[str, str]]) -> None:
    bench = FullBench()
    bench.lines("raw.unit_alias", "alias unit", *aliases)
    bench.put(
        "staging.activity",
        {"activity_id": "a", "name": "a", "started_on": "2023-01-01", "unit_text": written},
    )
    assert pick(bench.run("staging.unit_name"), "name unit") == [(written, unit)]


@pytest.fixture(scope="module")
def aliases() -> list[tuple[str, str]]:
    from pipeline.config.checkout import PLANS
    from pipeline.config.plan import load_plan

    plan = load_plan(PLANS / "2023.toml")
    return sorted({(name, unit.name) for unit in plan.units for name in (unit.name, *unit.aliases)})
