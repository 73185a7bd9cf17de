"""`output/scoreboard.html`: one self-contained page of what the marts say.

Presents, computes nothing.
"""

from __future__ import annotations

import base64
import calendar
import hashlib
import json
from typing import TYPE_CHECKING, Any

from pipeline.base.fsync import write_atomic
from pipeline.warehouse.publish import open_published
from reports import period, queries
from reports.charts.svg import Series, axis, drawings, tick
from reports.formatting import day_zh, number, rounded_up, signed, span_zh
from reports.narrative import tell
from reports.office import office_zh
from reports.output.html import TEMPLATES, environment, safe_link

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb

    from pipeline.config.home import Home
    from reports.charts.picture import Picture
    from reports.period import Period
    from reports.queries import Rows


def publish_scoreboard(home: Home) -> tuple[Path, list[str]]:
    """Write the page of the published night.

    Returns its path and which of the home's own charts were left out, and why.
    """
    path = home.output / "scoreboard.html"
    with open_published(home) as con:
        (context,) = queries.shown_rows(con, "select * from ops.context")
        week = period.last_week(context["plan_as_of"])
        data = queries.collect(con, week)
        own, faults = own_pictures(con, week, home.charts)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, render(data, office_zh(home, context["plan_as_of"]), own).encode())
    return path, faults


def own_pictures(
    con: duckdb.DuckDBPyConnection, week: Period, folder: Path
) -> tuple[list[Picture], list[str]]:
    """Draw the home's charts that want to be on the page.

    Matplotlib is loaded only when there are any.
    """
    paths = sorted(folder.glob("*.py")) if folder.is_dir() else []
    if not paths:
        return [], []
    from reports.charts.catalog import draw_files

    pictures, faults = draw_files(con, week, paths)
    return [picture for picture in pictures if picture.inline], faults


def render(data: dict[str, Rows], office: str = "", own: Sequence[Picture] = ()) -> str:
    """Return the page's HTML.

    Every value is escaped, the one style and script are allowed by their hashes, nothing else is.
    """
    (context,) = data["context"]
    week = period.last_week(context["plan_as_of"])
    script, style = (
        (TEMPLATES / f"scoreboard.{kind}").read_text("utf-8") for kind in ("js", "css")
    )
    charts = {row["target_id"]: chart for row in data["targets"] if (chart := _chart(row, data))}
    return environment().get_template("scoreboard.html.j2").render(
        s=tell(data, week, [], office), charts=charts, own=[_own(picture) for picture in own],
        growth_json=_json({target: chart["json"] for target, chart in charts.items()}),
        articles_json=_json(_articles(data["year_articles"])),
        articles_total=number(len(data["year_articles"])),
        script=script, script_hash=_hash(script), style=style, style_hash=_hash(style),
    )  # fmt: skip


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _json(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Return JSON that cannot end the script element around it."""
    return (
        json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        .replace("<", "\\u003c")
        .replace("&", "\\u0026")
    )


def _own(picture: Picture) -> dict[str, Any]:
    uri = f"data:image/png;base64,{base64.b64encode(picture.png).decode()}"
    return {
        "name": picture.name,
        "title": picture.title,
        "uri": uri,
        "alt": picture.alt,
        "height": picture.height,
    }


def _articles(rows: Rows) -> dict[str, Any]:
    """Return the year's articles as the search wants them: account names once, a row each."""
    names = list(dict.fromkeys(row["account"] for row in rows))
    place = {name: i for i, name in enumerate(names)}
    listed = [
        [
            row["title"] or "（无标题）",
            place[row["account"]],
            day_zh(row["published_on"]),
            row["reads"],
            safe_link(row["url"]),
        ]
        for row in rows
    ]
    return {"names": names, "rows": listed}


def _chart(target: dict[str, Any], data: dict[str, Rows]) -> dict[str, Any] | None:
    """Return a growth chart: drawings, the days for the read-out, month ends as a table.

    None when there is nothing to draw.
    """
    days = [row for row in data["daily"] if row["target_id"] == target["target_id"]]
    series = _series(target, days)
    svg = drawings(series)
    if not svg or series.last is None:
        return None
    last, now = series.last, days[series.last]
    ahead = days[last + 1 :]
    return {
        "svg": svg, "count": len(days), "last": last, "day": day_zh(now["date"]),
        "actual": number(now["actual"]),
        "pace": number(now["pace"]),
        "gap": signed(now["actual"] - now["pace"]) if now["pace"] is not None else "—",
        "target": rounded_up(target["target"]),
        "has_band": any(row["forecast_low"] is not None for row in days),
        "note": _note(target, days, data, series),
        "months": [_month(row) for row in days if _is_month_end(row)],
        "json": {
            "year": now["date"].year, "a": _figures(days[: last + 1], "actual"),
            "p": _figures(days, "pace"),
            "f": _figures(ahead, "forecast"), "lo": _figures(ahead, "forecast_low"),
            "hi": _figures(ahead, "forecast_high"),
        },
    }  # fmt: skip


def _series(target: dict[str, Any], days: Rows) -> Series:
    names = ("actual", "pace", "forecast", "forecast_low", "forecast_high")
    column = {name: [row[name] for row in days] for name in names}
    return Series(
        [row["date"] for row in days], column["actual"], column["pace"], column["forecast"],
        column["forecast_low"],
        column["forecast_high"], target["target"], starts_at_zero=target["kind"] != "stock_growth",
    )  # fmt: skip


def _figures(rows: Rows, name: str) -> list[float | None]:
    return [None if row[name] is None else round(row[name]) for row in rows]


def _is_month_end(row: dict[str, Any]) -> bool:
    day = row["date"]
    return bool(day.day == calendar.monthrange(day.year, day.month)[1]) and (
        row["actual"] is not None or row["forecast"] is not None
    )


def _month(row: dict[str, Any]) -> dict[str, str]:
    value = row["actual"] if row["actual"] is not None else row["forecast"]
    low, high = row["forecast_low"], row["forecast_high"]
    is_known = row["actual"] is not None
    return {
        "day": day_zh(row["date"]), "actual": ("" if is_known else "预测") + number(value),
        "pace": "—" if row["pace"] is None else number(row["pace"]),
        "gap": "—" if row["pace"] is None else signed(value - row["pace"]),
        "range": "" if is_known or low is None else f"{number(low)}–{number(high)}",
    }  # fmt: skip


def _note(target: dict[str, Any], days: Rows, data: dict[str, Rows], series: Series) -> str:
    """Return what a reader must know of the axis and of broken lines."""
    metric = "followers" if target["kind"] == "stock_growth" else "reads"
    main = {row["account_id"] for row in data["accounts"] if row["is_main"]}
    gaps = [
        span_zh(gap["gap_from"], gap["gap_to"])
        for gap in data["gaps"]
        if gap["account_id"] in main and gap["metric"] == metric
    ]
    known = [v for line in (series.actual, series.pace, series.low) for v in line if v is not None]
    low = axis([*known, target["target"] or 0], from_zero=series.starts_at_zero)[0] if known else 0
    parts = [f"纵轴自{tick(low)}{target['unit']}起"] if not series.starts_at_zero and low else []
    if gaps and days:
        parts.append(f"{'、'.join(gaps[:3])}数据缺失")
    return "，".join(parts) + ("。" if parts else "")
