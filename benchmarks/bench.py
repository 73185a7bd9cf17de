"""`make bench`: how fast, as ratios against what one would use instead, measured in one run on one machine; into docs/benchmarks.md.

`python -m benchmarks.bench [--rows 1000000] [--history 1000000 10000000]`. Goals are those of the project's founders; a missed one stays on the page.
"""

from __future__ import annotations

import argparse
import csv
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.history import grow, make_home
from benchmarks.machine import machine, write_between
from collectors.grids import open_sheets
from collectors.layout import load_layouts
from collectors.reader import Reader
from pipeline.night import Job, run_night
from pipeline.settings import CHECKOUT, Home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PAGE = CHECKOUT / "docs" / "benchmarks.md"
LABELS = [
    "标题",
    "媒体名称",
    "发布时间",
    "链接",
    "情感",
    "阅读数",
    "转发数",
    "评论数",
    "点赞数",
    "作者",
    "摘要",
    "地区",
    "版面",
    "专题",
    "涉及词",
    "ID",
]
SHEET_ROWS = 100_000
AS_OF = date(2023, 10, 31)


@dataclass(frozen=True)
class Line:
    """One measurement: ours, the other, and the goal for their ratio (ours ÷ other at most, or other ÷ ours at least)."""

    what: str
    ours: float
    other_name: str
    other: float
    goal: str
    met: bool

    @property
    def ratio(self) -> str:
        """Say the ratio as the goal does."""
        return f"{self.other / self.ours:.1f} × faster" if self.other > self.ours else f"{self.ours / self.other:.1f} ×"


def seconds(call: Callable[[], Any]) -> float:
    """Return how long one call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def news(rows: int) -> Iterable[list[str | int]]:
    """Invent mentions: each its own title, medium and minute."""
    start = date(2021, 1, 1)
    for n in range(rows):
        day = start + timedelta(days=n % 1000)
        yield [
            f"城管执法第{n}号", f"示例媒体{n % 97}", f"{day} {n % 24:02}:{n % 60:02}:00", f"https://m{n % 97}.example.cn/{n}.html", "正面", n % 5000, 3, 4, 5,
            f"记者{n % 31}", "摘要" * 10, "上海", "要闻", "专题", "城管", f"id{n}",
        ]  # fmt: skip


def sheets(folder: Path) -> list[Line]:
    """Read 100,000 rows of 16 columns of a workbook."""
    import pandas as pd
    import python_calamine
    import xlsxwriter

    path = folder / "news.xlsx"
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_urls": False})
    sheet = book.add_worksheet()
    for number, row in enumerate([LABELS, *news(SHEET_ROWS)]):
        sheet.write_row(number, 0, row)
    book.close()
    layouts = load_layouts(CHECKOUT / "collectors" / "layouts")
    with Reader(layouts) as reader:
        ours = seconds(lambda: reader.read(path, "news"))
    grids = seconds(lambda: open_sheets(path))
    bare = seconds(lambda: python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python())
    frame = seconds(lambda: pd.read_excel(path, engine="openpyxl"))
    what = f"{SHEET_ROWS:,} × 16 cells of .xlsx"
    return [
        Line(f"{what}: recognised, in the reading process", ours, "pandas + openpyxl", frame, "≥ 10 × faster", frame >= 10 * ours),
        Line(f"{what}: into grids of text", grids, "bare calamine", bare, "≤ 1.5 ×", grids <= 1.5 * bare),
    ]  # fmt: skip


def landing(folder: Path, rows: int) -> list[Line]:
    """Land a CSV: read, recognised, every cell judged, provenance kept; against DuckDB's own reader into a table."""
    import duckdb

    home = Home(folder / "landing")
    for name in ("news", "ledger", "a0"):
        (home.inbox / name).mkdir(parents=True)
    home.config.write_text('plan = "2023"\n[[accounts]]\nid = "a0"\nname = "甲"\nplatform = "wechat"\n', "utf-8")
    path = home.inbox / "news" / "news.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([LABELS, *news(rows)])
    with duckdb.connect(folder / "other.duckdb") as con:
        other = seconds(lambda: con.execute(f"create table t as from read_csv('{path}', all_varchar = true)"))
    from collectors.layout import load_layouts as layouts_of
    from pipeline import inbox, publish
    from pipeline.intake import Intake, Night
    from pipeline.night import prepare

    job = Job.prepare(home, AS_OF)
    with publish.open_build(publish.start_build(home)) as con, Reader(layouts_of(CHECKOUT / "collectors" / "layouts")) as reader:  # fmt: skip
        prepare(con, job, "bench")
        intake = Intake(con, reader, job.layouts, Night("bench", AS_OF, job.settings.today(), job.settings))
        ours = seconds(lambda: intake.take(inbox.scan(home.inbox), lambda _: None))
        (count,) = con.execute("select count(*) from raw.news_item").fetchone() or (0,)
    if count != rows:
        raise SystemExit(f"{count} of {rows} rows landed: {[receipt.reason for receipt in intake.receipts]}")
    return [Line(f"{rows:,} CSV rows landed, every cell judged", ours, "DuckDB read_csv", other, "≤ 2 ×", ours <= 2 * other)]  # fmt: skip


def starting() -> list[Line]:
    """Start the command line."""
    command = [sys.executable, "-m", "pipeline", "--help"]
    ours = min(seconds(lambda: subprocess.run(command, cwd=CHECKOUT, capture_output=True, check=True)) for _ in range(5))  # fmt: skip
    bare = min(seconds(lambda: subprocess.run([sys.executable, "-c", "0"], check=True)) for _ in range(5))
    return [Line("`python -m pipeline --help`", ours, "bare Python", bare, "≤ 0.3 s", ours <= 0.3)]


def night_on(folder: Path, rows: int) -> tuple[int, dict[str, float], float]:
    """Return rows of history, seconds of each step of a night that adds one small file, and the warehouse's megabytes."""
    home = make_home(folder / f"history{rows}", rows)
    _require(run_night(Job.prepare(home, date(2023, 1, 1)), lambda _: None))
    count = grow(home, rows)
    spent: dict[str, float] = {}
    for number in (1, 2):  # the first night computes the whole history; the second is the nightly case
        page = "<table><tr><th>时间</th><th>新关注人数</th><th>取消关注人数</th><th>净增关注人数</th><th>累积关注人数</th></tr>"
        page += f"<tr><td>2023-10-31</td><td>{number}</td><td>1</td><td>1</td><td>100000</td></tr></table>"
        (home.inbox / "a0" / "day.xls").write_text(page, "utf-8")
        watch = Watch()
        _require(run_night(Job.prepare(home, AS_OF), watch.step))
        spent = watch.done()
    return count, spent, (home.warehouse.stat().st_size) / 1e6


class Watch:
    """Adds up the seconds between one step of a night and the next."""

    def __init__(self) -> None:
        self._spent: dict[str, float] = defaultdict(float)
        self._name, self._since = "start", time.perf_counter()

    def step(self, name: str) -> None:
        """Close the step before, begin this one."""
        now = time.perf_counter()
        self._spent[self._name] += now - self._since
        self._name, self._since = name, now

    def done(self) -> dict[str, float]:
        """Close the last step; return all."""
        self.step("end")
        return dict(self._spent)


def _require(result: Any) -> None:  # noqa: ANN401 - NightResult
    if result.exit_code == 1:
        raise SystemExit(result.message)


def history(folder: Path, sizes: list[int]) -> list[str]:
    """Return the table of nights on growing histories."""
    lines = ["| rows of history | night | of it copying | computing | other | warehouse |", "|---|---|---|---|---|---|"]
    for rows in sizes:
        count, spent, size = night_on(folder, rows)
        copying, total = spent.get("copy", 0.0), sum(spent.values())
        computing = sum(value for name, value in spent.items() if name.startswith(("staging.", "mart.", "transform")))
        lines.append(
            f"| {count:,} | {total:.1f} s | {copying:.1f} s | {computing:.1f} s | {total - copying - computing:.1f} s | {size:.0f} MB |"
        )
        sys.stdout.write(lines[-1] + "\n")
        sys.stdout.flush()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [*lines, "", f"Peak memory of the night's process over all of it: {peak:,.0f} MB (goal ≤ 2,048 MB)."]


def main() -> None:
    """Measure, write the page, print it."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rows", type=int, default=1_000_000)
    words.add_argument("--history", type=int, nargs="*", default=[1_000_000, 10_000_000])
    words.add_argument("--page", type=Path, default=PAGE)
    given = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        found = [*starting(), *sheets(folder), *landing(folder, given.rows)]
        lines = [
            f"{machine()}.", "", "| what | ours | instead | it | ratio | goal | met |", "|---|---|---|---|---|---|---|",
            *(f"| {one.what} | {one.ours:.2f} s | {one.other_name} | {one.other:.2f} s | {one.ratio} | {one.goal} | {'yes' if one.met else '**no**'} |" for one in found),
            "", *history(folder, given.history),
        ]  # fmt: skip
    write_between(given.page, "bench", lines)
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
