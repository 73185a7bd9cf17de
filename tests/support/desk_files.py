"""Files that people hand in at the desk, and the bureau of two units that they belong to."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from tests.support.homes import growth_html

CONFIG = """
plan = "2023"
[[accounts]]
id = "a-wechat"
name = "甲号"
platform = "wechat"
main = true
unit = "黄浦区"
[[accounts]]
id = "b-wechat"
name = "乙号"
platform = "wechat"
unit = "静安区"
"""
LEDGER = "活动名称,活动类型,开始日期,地点,主办单位,参与人数\n"
GOOD = (
    LEDGER
    + "进社区一,进社区,2023-05-01,广场,黄浦区,30\n进社区二,进社区,2023-05-02,广场,黄浦区,40\n"
)
BAD = GOOD + (
    "没有年份,进社区,5月3日,广场,黄浦区,50\n,进社区,2023-05-04,广场,黄浦区,60\n人数是字,"
    "进社区,2023-05-05,广场,黄浦区,许多\n"
)

# an office's model that a ledger with a slip fails
IMPLAUSIBLE = """-- 活动规模
-- grain: activity_id
-- fail: participants is plausible | participants < 100000
select
    activity_id,        -- 活动编号
    participants        -- 参与人数；各单位所报
from mart.activity
"""


def days(first: date, count: int, start: int, step: int = 10) -> str:
    """A growth export: `step` new followers a day upon `start`."""
    lines = [
        (
            (first + timedelta(days=i)).isoformat(),
            str(step),
            "0",
            str(step),
            str(start + step * (i + 1)),
        )
        for i in range(count)
    ]
    return growth_html(*lines)


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path
