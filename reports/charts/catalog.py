"""All charts of a report, in their order: name, drawing, the rows behind it, and what it says in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.charts import bars, growth, style
from reports.formatting import number, status_zh

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reports.charts.growth import Draw
    from reports.queries import Rows

    Data = dict[str, Rows]


@dataclass(frozen=True)
class Chart:
    """A chart: `rows` are the figures behind it (a sheet of data.xlsx), `alt` says its main figure in words."""

    name: str
    title: str
    draw: Draw
    rows: Callable[[Data], Rows]
    alt: Callable[[Data], str]
    inline: bool = False


@dataclass(frozen=True)
class Picture:
    """A drawn chart: PNG bytes, 1200 px wide; `height` in px of the mail, 600 px wide."""

    name: str
    title: str
    png: bytes
    height: int
    alt: str
    inline: bool


def draw_all(data: Data) -> list[Picture]:
    """Draw every chart that has figures; ChartError when one is blank or lacks glyphs."""
    style.use_style()
    pictures = []
    for chart in CHARTS:
        figure = chart.draw(data)
        if figure is not None:
            height = round(figure.get_size_inches()[1] * 100)
            pictures.append(Picture(chart.name, chart.title, style.png(figure), height, chart.alt(data), chart.inline))
    return pictures


def write_all(pictures: list[Picture], folder: Path) -> None:
    """Write each picture as <name>.png."""
    for picture in pictures:
        (folder / f"{picture.name}.png").write_bytes(picture.png)


def _target(target_id: str) -> Callable[[Data], str]:
    def alt(data: Data) -> str:
        row = next(row for row in data["targets"] if row["target_id"] == target_id)
        return (
            f"{row['name_zh']}：实际 {number(row['actual'])}，目标 {number(row['target'])}，{status_zh(row['status'])}"
        )

    return alt


def _growth(target_id: str, title: str, unit: str) -> Chart:
    def rows(data: Data) -> Rows:
        return [row for row in data["daily"] if row["target_id"] == target_id]

    return Chart(
        f"growth_{target_id}", title, growth.growth(target_id, title, unit), rows, _target(target_id), inline=True
    )


def _last_week(data: Data) -> str:
    row = data["weeks"][-1]
    return f"{row['iso_week']}：阅读 {number(row['reads'])} 次（{row['reads_days']} 天有数），净增关注 {number(row['net_followers'])} 人"


def _count(name: str, what: str) -> Callable[[Data], str]:
    return lambda data: f"{what}，共 {len(data[name])} 项"


def _sum(name: str, what: str) -> Callable[[Data], str]:
    return lambda data: f"{what}，共 {sum(row['mentions'] for row in data[name])} 篇次"


CHARTS = (
    _growth("wechat_followers", "“上海城管”微信公众号粉丝量与进度线", "人"),
    _growth("wechat_reads", "“上海城管”微信公众号阅读量（年初累计）与进度线", "次"),
    Chart("weekly_reads", "每周阅读次数", growth.weekly_reads, lambda data: data["weeks"], _last_week, inline=True),
    Chart("weekly_followers", "每周关注变化", growth.weekly_followers, lambda data: data["weeks"], _last_week),
    Chart("targets", "年度指标进度", growth.target_bullets, lambda data: data["targets"], _count("targets", "年度指标进度"), inline=True),
    Chart("articles", "文章阅读前十", bars.articles, lambda data: data["articles"], _count("articles", "本期文章")),
    Chart("ten_w", "10W+ 作品", bars.ten_w, lambda data: data["ten_w"], _count("ten_w", "本年 10W+ 作品")),
    Chart("mentions_level", "媒体报道：级别与倾向（本年）", bars.stacked("tone", "level", "媒体报道：级别与倾向（本年）"), lambda data: data["tone"], _sum("tone", "本年媒体报道")),
    Chart("mentions_medium", "媒体报道：类型与倾向（本期）", bars.stacked("medium", "medium", "媒体报道：类型与倾向（本期）"), lambda data: data["medium"], _sum("medium", "本期媒体报道")),
    Chart("units", "各单位正面报道", bars.units, lambda data: data["units"], _count("units", "有贡献的单位")),
    Chart("calendar", "年度项目日历", bars.calendar, lambda data: data["projects"], _count("projects", "年度项目")),
)  # fmt: skip
