"""Write the world as exports in their true formats.

`python -m examples.write FOLDER` (development only).

The files under examples/inbox are this module's output, committed; a test compares them byte for
byte.
"""

from __future__ import annotations

import csv
import io
import sys
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from examples.books import write_ledger, write_xls, write_xlsx
from examples.ledgers import Ledgers, Row, make_ledgers
from examples.world import ACCOUNTS, BLEMISHES, Account, Article, Day, Figures, World, make_world

GROWTH = ["时间", "新关注人数", "取消关注人数", "净增关注人数", "累积关注人数"]
CONTENT = [
    "日期",
    "阅读次数",
    "阅读人数",
    "分享次数",
    "分享人数",
    "阅读原文次数",
    "阅读原文人数",
    "收藏次数",
    "收藏人数",
    "群发篇数",
    "渠道",
]
ARTICLE = [
    "内容标题", "发表时间", "总阅读人数", "总阅读次数", "总分享人数", "总分享次数",
    "阅读后关注人数", "送达人数", "公众号消息阅读次数",
    "送达阅读率", "首次分享次数", "分享产生阅读次数", "首次分享率", "每次分享带来阅读次数",
    "阅读完成率", "内容url",
]  # fmt: skip


class Writer:
    """Writes files below `folder`/inbox and notes when each was exported."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.exported: list[tuple[str, str]] = []

    def path(self, source: str, name: str, exported_on: date) -> Path:
        """Return where to write a file, and note its export time (16:30 of that day)."""
        relative = Path("inbox") / source / name
        (self.folder / relative).parent.mkdir(parents=True, exist_ok=True)
        self.exported.append(
            (relative.as_posix(), datetime.combine(exported_on, time(16, 30)).isoformat(" "))
        )
        return self.folder / relative

    def manifest(self) -> None:
        """Write manifest.csv."""
        with (self.folder / "manifest.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(["path", "exported_at"])
            writer.writerows(sorted(self.exported))


def main(folder: Path) -> None:
    """Write everything."""
    world, writer = make_world(), Writer(folder)
    for account in ACCOUNTS:
        _followers(writer, account, world.days[account.id])
        _content(writer, account, world.days[account.id])
        _articles(writer, account, world.articles[account.id])
    _blemishes(writer, world)
    _ledgers(writer, make_ledgers(world.articles["shcg-wechat"]))
    writer.manifest()


def _periods(months: int) -> list[tuple[date, date]]:
    """Return the periods of that many months from 2022-01 to 2023-10."""
    starts = [date(2022 + (m // 12), m % 12 + 1, 1) for m in range(0, 22, months)]
    ends = [start - timedelta(days=1) for start in starts[1:]] + [date(2023, 10, 31)]
    return list(zip(starts, ends, strict=True))


def _followers(writer: Writer, account: Account, days: list[Day]) -> None:
    for number, (first, last) in enumerate(_periods(6)):
        rows = [_growth_row(account, day) for day in days if first <= day.date <= last]
        stem = f"user_analysis_{first:%Y%m}_{last:%Y%m}"
        on = last + timedelta(days=2)
        if number == 1:
            _write_csv(writer.path(account.id, f"{stem}.csv", on), rows)
        elif number == 2 and account.id == "huangpu-wechat":
            write_xlsx(
                writer.path(account.id, f"{stem}.xlsx", on),
                "user_analysis",
                [["用户增长"], GROWTH, *rows],
            )
        else:
            writer.path(account.id, f"{stem}.xls", on).write_text(_html(rows), "utf-8")


def _growth_row(account: Account, day: Day) -> list[str | int | date]:
    dash = account.id == "shcg-wechat" and day.date == BLEMISHES.dash
    return [day.date, day.new, day.lost, day.new - day.lost, "-" if dash else day.followers]


def _html(rows: list[list[str | int | date]]) -> str:
    head = "".join(f'<th rowspan="2">{label}</th>' for label in GROWTH)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return (
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta '
        'http-equiv="Content-Type" '
        'content="text/html; charset=utf-8"></head><body><table class="tb"><tr><th '
        'colspan="5">用户增长</th></tr>'
        f"<tr>{head}</tr><tr></tr>{body}</table></body></html>"
    )


def _write_csv(path: Path, rows: list[list[str | int | date]]) -> None:
    """As a person's Excel saves it: GB18030, CRLF, newest first, dates without zeros."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(["用户增长", "", "", "", ""])
    writer.writerow(GROWTH)
    for row in reversed(rows):
        day = row[0]
        writer.writerow(
            [f"{day.year}/{day.month}/{day.day}" if isinstance(day, date) else day, *row[1:]]
        )
    path.write_bytes(buffer.getvalue().encode("gb18030"))


def _content(writer: Writer, account: Account, days: list[Day]) -> None:
    main = account.id == "shcg-wechat"
    for first, last in _periods(2):
        chosen = [day for day in days if first <= day.date <= last]
        if main:
            chosen = [day for day in chosen if not BLEMISHES.gap[0] <= day.date <= BLEMISHES.gap[1]]
        rows = [
            row
            for day in chosen
            for row in _content_rows(day, early=main and _is_restated(day.date))
        ]
        name = f"ContentAnalysis_AllMass_{first:%Y%m}_{last:%Y%m}.xls"
        write_xls(writer.path(account.id, name, last + timedelta(days=1)), [CONTENT, *rows])


def _is_restated(day: date) -> bool:
    return BLEMISHES.restated[0] <= day <= BLEMISHES.restated[1]


def _content_rows(day: Day, *, early: bool) -> list[list[str | int | float]]:
    """Return a day's rows, 全部 first.

    An early export gave nine tenths of what the platform later said.
    """
    rows: list[list[str | int | float]] = []
    for name, true in day.channels.items():
        figures = _reduced(true) if early else true
        posts = day.published if name == "全部" else 0
        rows.append(
            [
                int(day.date.strftime("%Y%m%d")), figures.reads, figures.readers, figures.shares,
                figures.sharers, 0, 0,
                figures.favorites, figures.favoriters, posts, name,
            ]
        )  # fmt: skip
    return rows


def _reduced(true: Figures) -> Figures:
    return replace(
        true,
        reads=true.reads * 9 // 10,
        readers=true.readers * 9 // 10,
        shares=true.shares * 9 // 10,
    )


def _articles(writer: Writer, account: Account, articles: list[Article]) -> None:
    for first, last in _periods(6):
        rows = [
            _article_row(article) for article in articles if first <= article.published_on <= last
        ]
        name = f"articles_{first:%Y%m}_{last:%Y%m}.xls"
        write_xls(writer.path(account.id, name, last + timedelta(days=8)), [ARTICLE, *rows])


def _article_row(a: Article) -> list[str | int | float]:
    first_shares, from_shares = a.shares // 2, a.reads // 5
    return [
        a.title, f"{a.published_on:%Y%m%d}", a.readers, a.reads, a.sharers, a.shares,
        a.followers_gained, a.delivered,
        a.message_reads,
        round(a.message_reads / a.delivered, 4) if a.message_reads < a.delivered else "-",
        first_shares, from_shares,
        round(first_shares / a.message_reads, 4), round(from_shares / a.shares, 4), a.finish_rate,
        a.url,
    ]  # fmt: skip


def _blemishes(writer: Writer, world: World) -> None:
    """Write the later export that restates ten days, one file twice, one alien file."""
    main = "shcg-wechat"
    days = [day for day in world.days[main] if _is_restated(day.date)]
    rows = [row for day in days for row in _content_rows(day, early=False)]
    write_xls(
        writer.path(main, "ContentAnalysis_AllMass_202310_later.xls", date(2023, 11, 9)),
        [CONTENT, *rows],
    )
    original = writer.folder / "inbox" / main / "user_analysis_202201_202206.xls"
    writer.path(main, "用户增长 (1).xls", date(2022, 7, 4)).write_bytes(original.read_bytes())
    menu: list[list[str | int | float | date]] = [
        ["食堂一周菜单"],
        ["星期", "午餐", "晚餐"],
        ["一", "红烧肉", "青菜面"],
        ["二", "清蒸鱼", "馄饨"],
    ]
    write_xlsx(writer.path("jingan-wechat", "食堂菜单.xlsx", date(2023, 10, 20)), "菜单", menu)


def _ledgers(writer: Writer, ledgers: Ledgers) -> None:
    on = date(2023, 11, 1)
    months: dict[str, list[Row]] = {"2022年": []}
    for row in ledgers.reports:
        day = row["发表日期"]
        months.setdefault(
            "2022年" if isinstance(day, date) and day.year < 2023 else f"{day:%Y年%m月}", []
        ).append(row)
    months["2023年10月"] += ledgers.repeated_reports
    write_ledger(writer.path("ledger", "媒体报道台账.xlsx", on), "媒体报道台账", months)
    single = {
        "宣传活动台账": ledgers.activities, "直播台账": ledgers.lives,
        "新媒体产品台账": ledgers.products, "专题培训台账": ledgers.trainings,
        "门户网站在线访谈台账": ledgers.interviews, "舆情处置台账": ledgers.incidents,
    }  # fmt: skip
    for title, rows in single.items():
        total = "参与人数" if title == "宣传活动台账" else None
        write_ledger(writer.path("ledger", f"{title}.xlsx", on), title, {title: rows}, total=total)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
