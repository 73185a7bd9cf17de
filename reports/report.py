"""A report from the published warehouse: figures, words, charts, mail, page and workbook; and the checks before it may be sent."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reports import queries
from reports.charts import catalog
from reports.charts.style import ChartError
from reports.formatting import number
from reports.message import Content
from reports.narrative import tell
from reports.output import html as pages
from reports.output.docx import document
from reports.output.xlsx import workbook

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import duckdb

    from reports.charts.catalog import Picture
    from reports.period import Period
    from reports.queries import Rows

_HTML_LIMIT = 100_000  # bytes; Gmail cuts at about 102 kB


@dataclass(frozen=True)
class Report:
    """Everything of one report; `chart_error` says why a chart could not be drawn."""

    period: Period
    data: dict[str, Rows]
    story: dict[str, Any]
    pictures: list[Picture]
    sheet: bytes
    chart_error: str = ""
    html: str = field(default="", repr=False)
    text: str = field(default="", repr=False)

    @property
    def made_at(self) -> datetime:
        """When the figures were published: the mail's date in a preview, so that it renders the same every time."""
        moment: datetime = self.data["context"][0]["published_at"]
        return moment

    @property
    def content(self) -> Content:
        """The mail's content."""
        kind, period = self.period.kind, self.period.id
        names = (f"{kind}-{period}.xlsx", f"{self.period.report_zh}{period}.xlsx", self.sheet)
        return Content(kind, period, self.period.title_zh, self.text, self.html, tuple(self.pictures), names)


def make_report(con: duckdb.DuckDBPyConnection, period: Period, commentary: list[str]) -> Report:
    """Build a report; a chart that fails is kept as `chart_error`, so that the gate can name it."""
    data = queries.collect(con, period)
    story = tell(data, period, commentary)
    error, pictures = "", []
    try:
        pictures = catalog.draw_all(data)
    except ChartError as problem:
        error = str(problem)
    sheet = workbook(data, story)
    return Report(period, data, story, pictures, sheet, error, pages.mail_html(story, pictures), pages.mail_text(story))


def write_report(report: Report, folder: Path) -> None:
    """Write index.html, the PNGs and data.xlsx; for the month and the year also report.docx."""
    folder.mkdir(parents=True, exist_ok=True)
    catalog.write_all(report.pictures, folder)
    (folder / "data.xlsx").write_bytes(report.sheet)
    if report.period.kind != "weekly":
        (folder / "report.docx").write_bytes(document(report.story, report.pictures, report.made_at))
    (folder / "index.html").write_text(pages.page_html(report.story, report.pictures), "utf-8")


def problems(report: Report, con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return why the report must not go to leaders; empty when it may (mail.md, pre-send gate)."""
    return [*_stale(report), *_broken(report), *_differs(report, con)]


def _stale(report: Report) -> list[str]:
    """Check that the period is over in the data and that the main account's exports reach into it."""
    found = []
    as_of = report.data["context"][0]["as_of"]
    if report.period.last > as_of:
        found.append(f"the period ends on {report.period.last} but the figures stand at {as_of}. Run the night first.")
    if report.data["runs"][0]["status"] == "failed":
        found.append(f"the last run failed: {report.data['runs'][0]['message']}")
    if all(row["actual"] is None for row in report.data["targets"]):
        found.append("no target has any data. Drop exports and ledgers into the inbox and run the night.")
    days = report.data["main_days"][0]
    found += [
        f"the main account has no {what} for any day of {report.period.first} to {report.period.last}. Export it and run the night."
        for what, count in (("followers", days["followers_days"]), ("reads or readers", days["reads_days"]))
        if not count
    ]
    return found


def _broken(report: Report) -> list[str]:
    """Check the charts and the mail's size."""
    found = [report.chart_error] if report.chart_error else []
    size = len(report.html.encode())
    if size > _HTML_LIMIT:
        found.append(f"the mail's HTML has {size:,} bytes, more than {_HTML_LIMIT:,}: mail clients would cut it.")
    if not report.pictures and not report.chart_error:
        found.append("not one chart has figures to draw.")
    return found


def _differs(report: Report, con: duckdb.DuckDBPyConnection) -> list[str]:
    """Check that every target's figure in the HTML and in the text is the one the warehouse gives now."""
    found = []
    plain = html.unescape(re.sub(r"<[^>]+>", "|", report.html))
    for row in queries.fetch(con, "select name_zh, unit, actual, target from mart.target_progress"):
        name, shown = f"{row['name_zh']}（{row['unit']}）", [number(row["actual"]), number(row["target"])]
        cells = [cell for cell in plain.partition(f"|{name}|")[2][:400].split("|") if cell.strip()]
        line = report.text.partition(f"- {name}：")[2].partition("\n")[0]
        if shown != cells[:2]:
            found.append(f"the mail's table does not show {name} as the warehouse has it: {shown}.")
        if not line.startswith(f"实际 {shown[0]}，目标 {shown[1]}，"):
            found.append(f"the text part does not show {name} as the warehouse has it: {shown}.")
    return found
