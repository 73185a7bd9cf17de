"""`python -m benchmarks.many_accounts [--accounts 5000]`.

A night of many accounts with three small exports each; into docs/benchmarks.md.

Three accounts send what no night may stumble over: a workbook that unfolds to a thousand times its
size, one that aborts the
parser, a login page. All others must land whole.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sys
import tempfile
import time
import zipfile
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

from benchmarks.machine import machine, write_between
from pipeline.config.checkout import CHECKOUT
from pipeline.config.home import Home
from pipeline.run.night import run_night
from pipeline.run.run_config import NightResult, RunConfig

PAGE = CHECKOUT / "docs" / "benchmarks.md"
LAST = date(2023, 6, 30)
DAYS = 7
ARTICLES = 5
FAILING = ("bomb", "abort", "login")
_SHEET = "xl/worksheets/sheet1.xml"
_HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def make_home(folder: Path, accounts: int) -> Home:
    """Make a home with an inbox of three exports an account, and the three that fail."""
    home = Home(folder)
    names = [f"a{number:05}" for number in range(accounts)]
    lines = ['plan = "2023"']
    for name in [*names, *FAILING]:
        lines.append(f'[[accounts]]\nid = "{name}"\nname = "账号{name}"\nplatform = "wechat"')
        (home.inbox / name).mkdir(parents=True)
    lines[1] += "\nmain = true"
    for name in ("news", "ledger"):
        (home.inbox / name).mkdir()
    home.config.write_text("\n".join(lines), "utf-8")
    for number, name in enumerate(names):
        _followers(home.inbox / name / "用户增长.xls", number)
        _reads(home.inbox / name / "内容分析.csv", number)
        _articles(home.inbox / name / "文章列表.xlsx", number)
    _failing(home.inbox)
    return home


def _days() -> list[date]:
    return [LAST - timedelta(days=back) for back in reversed(range(DAYS))]


def _followers(path: Path, number: int) -> None:
    labels = ("时间", "新关注人数", "取消关注人数", "净增关注人数", "累积关注人数")
    rows = [
        labels,
        *((day, 20 + number % 50, 5, 15 + number % 50, 10_000 + number) for day in _days()),
    ]
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    path.write_text(f"<html><table>{cells}</table></html>", "utf-8")


def _reads(path: Path, number: int) -> None:
    lines = [
        f"{day},{channel},{part * 1000 + number},{part * 700},{part * 20},{part * 15},1"
        for day in _days()
        for channel, part in (("全部", 3), ("公众号消息", 2), ("朋友圈", 1))
    ]
    text = (
        "日期,渠道,阅读次数,阅读人数,分享次数,分享人数,发表篇数\r\n" + "\r\n".join(lines) + "\r\n"
    )
    path.write_bytes(text.encode("gb18030"))


def _articles(path: Path, number: int) -> None:
    import xlsxwriter

    labels = (
        "内容标题",
        "发表日期",
        "阅读人数",
        "分享人数",
        "阅读后关注人数",
        "送达人数",
        "送达完成率",
        "阅读完成率",
        "内容url",
    )
    rows = [
        (
            f"第{number}号的文章{n}", f"{LAST - timedelta(days=n):%Y%m%d}", 300 + number, 5, 12,
            900, 0.1, 0.53, f"http://mp.weixin.qq.com/s?__biz=M{number}==&mid={n}&idx=1",
        )
        for n in range(ARTICLES)
    ]  # fmt: skip
    with xlsxwriter.Workbook(str(path), {"strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate([labels, *rows]):
            sheet.write_row(line, 0, row)


def _failing(inbox: Path) -> None:
    (inbox / "login" / "内容分析.xls").write_text(
        "<html><title>登录</title><body>请登录</body></html>", "utf-8"
    )
    plain = inbox / "bomb" / "plain.xlsx"
    _articles(plain, 0)
    for name, sheet in {
        "bomb": _HEAD.encode() + b" " * (64 << 20),
        "abort": (
            f'{_HEAD}<row r="1"><c r="XFD1"><v>1</v></c></row><row '
            'r="1048576"><c><v>1</v></c></row></sheetData></worksheet>'
        ).encode(),
    }.items():
        target = inbox / name / "文章列表.xlsx"
        with (
            zipfile.ZipFile(plain) as given,
            zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made,
        ):
            for member in given.namelist():
                made.writestr(member, sheet if member == _SHEET else given.read(member))
    plain.unlink()


def timed_night(home: Home) -> tuple[NightResult, dict[str, float]]:
    """Run the night; seconds of each part of it."""
    spent: dict[str, float] = defaultdict(float)
    since, part = time.perf_counter(), "settings, layouts, models read"

    def step(name: str) -> None:
        nonlocal since, part
        now = time.perf_counter()
        spent[part] += now - since
        since, part = now, _part(name)

    result = run_night(RunConfig.prepare(home, LAST), step)
    step("end")
    return result, dict(spent)


def _part(name: str) -> str:
    if "/" in name or name == "land":
        return "read and landed"
    return {"publish": "published", "archive": "archived", "copy": "prepared"}.get(name, "computed")


def report(accounts: int, result: NightResult, spent: dict[str, float], home: Home) -> list[str]:
    """Return the page's lines; SystemExit when a failing account cost another one its figures."""
    files = accounts * 3 + len(FAILING)
    rows = accounts * (DAYS + DAYS * 3 + ARTICLES)
    found = (result.count("loaded"), result.count("quarantined"), result.rows("loaded"))
    if found != (accounts * 3, len(FAILING), rows):
        raise SystemExit(
            f"{found} of {accounts * 3} files, {len(FAILING)} refusals, {rows} rows: "
            f"{result.message}"
        )
    if any(path.is_file() for path in home.inbox.rglob("*")):
        raise SystemExit("the inbox is not empty")
    taking = sum(seconds for part, seconds in spent.items() if part != "computed")
    peaks = [
        resource.getrusage(who).ru_maxrss / 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    return [
        f"{machine()}.", "",
        (
            f"{accounts:,} accounts, {files:,} files, {rows:,} rows; {', '.join(FAILING)} "
            "refused, all others landed whole."
        ),
        "",
        "| part of the night | seconds | a file |", "|---|---|---|",
        *(
            f"| {part} | {seconds:.1f} | {1000 * seconds / files:.2f} ms |"
            for part, seconds in spent.items()
        ),
        (
            f"| all but computing (goal ≤ 10 ms a file) | {taking:.1f} | "
            f"{1000 * taking / files:.2f} ms |"
        ),
        "",
        (
            f"Peak memory: {peaks[0]:,.0f} MB in the night's process, {peaks[1]:,.0f} MB in the "
            "biggest reading process."
        ),
    ]  # fmt: skip


def main() -> None:
    """Make the inbox, run the night, write the page, print it."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--accounts", type=int, default=5_000)
    words.add_argument("--page", type=Path, default=PAGE)
    words.add_argument(
        "--keep", type=Path, help="make the inbox here and leave everything for a look"
    )
    given = words.parse_args()
    folder = given.keep or Path(tempfile.mkdtemp(prefix="many-"))
    try:
        home = make_home(folder, given.accounts)
        os.sync()  # what the office downloaded yesterday is on the disk
        result, spent = timed_night(home)
        lines = report(given.accounts, result, spent, home)
    finally:
        if not given.keep:
            shutil.rmtree(folder)
    write_between(given.page, "many", lines)
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
