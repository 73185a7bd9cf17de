"""A report from the published warehouse: figures, words, charts, mail, page and workbook.

And the checks before it may be sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.mail.message import Content
from reports import queries
from reports.charts import catalog, picture
from reports.charts.style import ChartError
from reports.narrative import tell
from reports.output import html as pages
from reports.output.docx import document
from reports.output.xlsx import workbook

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import duckdb

    from reports.charts.picture import Picture
    from reports.period import Period
    from reports.queries import Rows


@dataclass(frozen=True)
class Report:
    """Everything of one report.

    `chart_error` says why a chart could not be drawn, `faults` which of the home's own were left
    out.
    """

    period: Period
    data: dict[str, Rows]
    story: dict[str, Any]
    pictures: list[Picture]
    sheet: bytes
    chart_error: str = ""
    html: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    faults: list[str] = field(default_factory=list)

    @property
    def made_at(self) -> datetime:
        """When the figures were published.

        The mail's date in a preview, so that it renders the same every time.
        """
        moment: datetime = self.data["context"][0]["published_at"]
        return moment

    @property
    def content(self) -> Content:
        """The mail's content."""
        kind, period = self.period.kind, self.period.id
        names = (f"{kind}-{period}.xlsx", f"{self.period.report_zh}{period}.xlsx", self.sheet)
        return Content(
            kind,
            period,
            self.period.title_zh,
            self.text,
            self.html,
            tuple(picture.inline(self.pictures)),
            names,
        )


def make_report(
    con: duckdb.DuckDBPyConnection,
    period: Period,
    commentary: list[str],
    office: str = "",
    charts: Path | None = None,
) -> Report:
    """Build a report; `charts` are those of the home.

    The error of a chart that fails is in `chart_error`, so that the gate can name it.
    """
    data = queries.collect(con, period)
    story = tell(data, period, commentary, office)
    error, pictures, faults = "", [], list[str]()
    try:
        more, faults = catalog.draw_files(con, period, catalog.chart_files(charts))
        pictures = [*catalog.growth_pictures(data), *more]
    except ChartError as problem:
        error = str(problem)
    sheet, html = workbook(data, story), pages.mail_html(story, pictures)
    return Report(period, data, story, pictures, sheet, error, html, pages.mail_text(story), faults)


def write_report(report: Report, folder: Path) -> None:
    """Write index.html, the PNGs and data.xlsx; for the month and the year also report.docx."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()  # a chart that is no longer drawn must not stay beside the new ones
    picture.write_all(report.pictures, folder)
    (folder / "data.xlsx").write_bytes(report.sheet)
    if report.period.kind != "weekly":
        (folder / "report.docx").write_bytes(
            document(report.story, report.pictures, report.made_at)
        )
    (folder / "index.html").write_text(pages.page_html(report.story, report.pictures), "utf-8")
