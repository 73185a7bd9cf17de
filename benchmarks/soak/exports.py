"""Who downloads what on which day, and everything that goes wrong with it.

The stream of files into the inbox.

Fates are not decided here: a file is bytes, the rows that a reader should find in it, and whether
it is an export at all.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from benchmarks.soak.ledgers import LATE, NAMES, edition, entries, vendor
from benchmarks.soak.world import DAY, HISTORY
from tests.oracles.leap_files import LABELS as PLAIN_LABELS
from tests.support.containers import write_file

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from benchmarks.soak.world import World
    from tests.oracles.truth import Row
    from tests.support.containers import Cells

LABELS = {
    **PLAIN_LABELS,
    "template": {
        "account_name": "账号名称", "title": "直播名称", "started_at": "开播时间",
        "seconds": "直播时长(秒)", "viewers": "观看人数", "cheers": "喝彩次数",
    },
}  # fmt: skip
OTHER_NAMES = {
    "时间": "统计日期", "新关注人数": "新增关注人数", "累积关注人数": "累计关注人数",
    "收藏人数": "微信收藏人数", "收藏次数": "微信收藏次数", "群发篇数": "发表篇数",
    "活动名称": "活动主题", "开始日期": "活动日期", "参与人数": "参加人数", "报道标题": "新闻标题",
    "发表日期": "刊播日期", "阅读量": "阅读数", "培训名称": "课程名称",
    "视频描述": "视频标题", "发布时间": "发布日期", "媒体名称": "发表媒体",
}  # fmt: skip
KEEP_NAME = {
    ("articles_people", "发表日期"),
    ("channels_growth", "时间"),
    ("videos", "发布时间"),
    ("product", "阅读量"),
    ("product", "发布日期"),
}
CONTAINERS = (
    "csv/utf-8",
    "csv/utf-8-sig",
    "csv/gb18030",
    "tsv/utf-16",
    "html/utf-8",
    "xls",
    "xlsx",
)
# the right-hand block of the newer 内容分析 export
SHARES = ("date", "sharers", None, "favoriters", "published")


@dataclass
class Drop:
    """One file put into the inbox on `day`, last modified at `modified`.

    `rows` are those that must load, `loaded` their number in raw.
    """

    day: date
    source: str
    name: str
    content: bytes
    modified: datetime
    kind: str = ""
    rows: list[Row] = field(default_factory=list)
    loaded: int = 0
    rejected: int = 0
    unreadable: int = 0
    is_export: bool = True


class Office:
    """The people of the bureau: gives each day's files."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.ledgers = {kind: entries(world, kind) for kind in NAMES}
        self.old: list[Drop] = []
        self.count = 0
        self.rng = world.rng("office")

    def days_files(self, day: date) -> list[Drop]:
        """Return what is dropped on a day, blemishes included."""
        rng = self.rng = self.world.rng("day", day)
        made = [drop for drop in (*self._accounts(day), *self._papers(day)) if drop.rows]
        # nobody remembered to export
        made = [drop for drop in made if day == self.world.first or rng.random() > 0.07]
        made += self._trouble(day, made)
        self.old += [drop for drop in made if drop.is_export][:3]
        return made

    def _accounts(self, day: date) -> Iterator[Drop]:
        if day == self.world.first:
            yield from self._first_files(day)
        for name, weekdays in (("m", (0, 2, 4)), ("s", (0,)), ("q", ())):
            spans = [(day - 7 * DAY, day - DAY)] if day.weekday() in weekdays else []
            spans += [(day - 30 * DAY, day - DAY)] if name == "s" and day.day == 16 else []
            spans += [
                ((day.replace(day=1) - DAY).replace(day=1), day.replace(day=1) - DAY)
            ] if day.day == 3 + ord(name) % 5 else []  # fmt: skip
            for first, last in spans:
                yield self._file(day, name, "growth", self.world.growth(name, first, last, day))
                yield self._file(day, name, "content", self.world.content(name, first, last, day))
        for name, weekday in (("m", 1), ("s", 3), ("q", 3)):
            if day.weekday() == weekday and (name != "q" or day.day < 8):
                yield self._articles(day, name)
        if day.weekday() == 4:
            yield self._file(
                day, "v", "channels_growth", self.world.growth("v", day - 9 * DAY, day - DAY, day)
            )
            yield self._file(day, "v", "videos", self.world.videos(day - 60 * DAY, day))
        lives = [
            {**row, "unit_text": None}
            for row in edition(self.ledgers["live"], day - DAY, day - DAY, day)
        ]
        if lives and self.rng.random() < 0.5:
            yield self._file(day, "v", "template", lives)

    def _first_files(self, day: date) -> Iterator[Drop]:
        first = day - HISTORY * DAY
        for name in ("m", "s", "q"):
            yield self._file(day, name, "growth", self.world.growth(name, first, day - DAY, day))
            if name != "m":
                yield self._file(
                    day, name, "content", self.world.content(name, first, day - DAY, day)
                )
            yield self._articles(day, name)
        yield self._file(day, "v", "channels_growth", self.world.growth("v", first, day - DAY, day))
        yield self._file(day, "v", "videos", self.world.videos(first, day))

    def _articles(self, day: date, name: str) -> Drop:
        rows = self.world.articles(name, day - (35 if name != "q" else 60) * DAY, day)
        newer = day >= self.world.drift_on and name != "q"
        return self._file(day, name, "articles_people" if newer else "articles", rows)

    def _papers(self, day: date) -> Iterator[Drop]:
        """Editions of the ledgers: the whole year so far and ten days ahead.

        Reports by month, first unfinished, then whole, then mended.
        """
        length = self.world.last - self.world.first
        for number, kind in enumerate(NAMES):
            if kind in LATE and day < self.world.first + length / LATE[kind]:
                continue
            if kind == "report":
                yield from self._reports(day)
            elif day == self.world.first or day.day in (4 + number, 18 + number):
                ahead = 10 if kind in ("activity", "training", "interview") else -1
                first = date(day.year, 1, 1)
                rows = edition(
                    self.ledgers[kind], first, min(day + ahead * DAY, date(day.year, 12, 31)), day
                )
                yield self._file(day, "ledger", kind, rows, f"{NAMES[kind]}台账{day.year}.csv")
        if day.weekday() == 1 or day == self.world.first:
            yield self._file(day, "news", "news", vendor(self.ledgers["report"], day))

    def _reports(self, day: date) -> Iterator[Drop]:
        this = day.replace(day=1)
        before = (this - DAY).replace(day=1)
        earlier = (before - DAY).replace(day=1)
        editions = {
            20: [(this, day - DAY)],
            4: [(before, this - DAY)],
            9: [(earlier, before - DAY)],
        }.get(day.day, [])
        if day == self.world.first:
            editions = [(day - 40 * DAY, day - DAY)]
        for first, last in editions:
            rows = edition(self.ledgers["report"], first, last, day)
            name = (
                "此前媒体报道.csv" if day == self.world.first else f"媒体报道{first:%Y年%m月}.csv"
            )
            yield self._file(day, "ledger", "report", rows, name)

    def _file(self, day: date, source: str, kind: str, rows: list[Row], name: str = "") -> Drop:
        """Write rows as the platform or a person does, headers drifting.

        A few rows are spoilt on the way.
        """
        rng = self.rng
        newer = kind == "content" and day >= self.world.drift_on and source != "q"
        spoilt = _Spoilt(kind, rows, rng if rng.random() < 0.15 and not newer else None)
        cells = (
            _newer_content(rows)
            if newer
            else _cells(kind, spoilt.written, rng, drift=rng.random() < 0.3)
        )
        drop = self._drop(
            day,
            source,
            name or f"{kind}_{day:%Y%m%d}.xls",
            _as_bytes(cells, rng.choice(CONTAINERS)),
        )
        drop.kind = kind
        drop.rows, drop.rejected = spoilt.kept, spoilt.rejected
        drop.unreadable = spoilt.unreadable + _told_repeats(kind, spoilt.kept)
        drop.loaded = len({_key(kind, n, row) for n, row in enumerate(spoilt.kept)}) + (
            sum(row["channel"] == "全部" for row in rows) if newer else 0
        )
        return drop

    def _drop(self, day: date, source: str, name: str, content: bytes) -> Drop:
        """Return a file last modified at some moment of the day, no two at the same."""
        self.count += 1
        morning = datetime.combine(day, time(8), ZoneInfo("Asia/Shanghai"))
        return Drop(
            day, source, name, content,
            morning + timedelta(minutes=self.rng.randint(0, 500), microseconds=self.count),
        )  # fmt: skip

    def _trouble(self, day: date, made: list[Drop]) -> Iterator[Drop]:
        """Yield what is no export, stands in the wrong folder, comes twice or too late."""
        rng = self.rng
        if rng.random() < 0.05:
            page = f"<html><body>请登录 {day}</body></html>".encode()
            yield self._broken(day, rng.choice(("m", "ledger", "news")), "login.html", page)
        if made and rng.random() < 0.05:
            cells = _cells(
                "growth", self.world.growth("s", day - 7 * DAY, day - DAY, day), rng, drift=False
            )
            yield self._broken(
                day, rng.choice(("v", "news", "ledger", "nobody")), "wrong-folder.xls",
                _as_bytes(cells, "html/utf-8"),
            )  # fmt: skip
            whole = _as_bytes(cells, "xlsx")
            yield self._broken(day, "s", "cut.xlsx", whole[: len(whole) // 2])
        if made and rng.random() < 0.1:
            # in the same night, with another time of modification
            yield self._again(day, rng.choice(made))
        if self.old and rng.random() < 0.1:
            yield self._again(day, rng.choice(self.old))  # the same bytes, long after
        late = [
            drop
            for drop in self.old
            if drop.source in ("m", "s") and drop.kind in ("growth", "content")
        ]
        if late and rng.random() < 0.06:
            yield self._late(day)

    def _late(self, day: date) -> Drop:
        """Return an export made weeks ago and dropped today.

        It is the newest, whatever its time of modification says.
        """
        made = day - self.rng.randint(10, 40) * DAY
        first = made - 7 * DAY
        rows = self.world.growth("m", first, made - DAY, made)
        drop = self._drop(
            made, "m", f"found-{made}.csv",
            _as_bytes(_cells("growth", rows, self.rng, drift=True), "csv/utf-8"),
        )  # fmt: skip
        drop.day, drop.kind, drop.rows, drop.loaded = day, "growth", rows, len(rows)
        return drop

    def _again(self, day: date, old: Drop) -> Drop:
        copy = self._drop(day, old.source, f"副本 {old.name}", old.content)
        return replace(old, day=day, name=copy.name, modified=copy.modified)

    def _broken(self, day: date, source: str, name: str, content: bytes) -> Drop:
        return replace(self._drop(day, source, name, content), is_export=False)


def _key(kind: str, number: int, row: Row) -> object:
    """Return what tells rows of one file apart where people write a thing twice.

    The lower row stands.
    """
    if kind == "report":
        return number if row["pub"] is None else (row["pub"],)
    if kind == "news":
        return row["id"]
    return (row["name"], row["started_on"], row["host"]) if kind == "activity" else number


def _told_repeats(kind: str, rows: list[Row]) -> int:
    """Return how many keys of a ledger have rows that say different things: the last counts, and is told."""
    if kind == "news":  # a vendor may capture one article twice
        return 0
    first: dict[object, Row] = {}
    keys = [(_key(kind, number, row), {**row, "url": None}) for number, row in enumerate(rows)]
    return len({key for key, row in keys if first.setdefault(key, row) != row})


class _Spoilt:
    """Rows as written, with a row of no date, a pair that contradicts itself or an unreadable cell.

    `kept` are those that load.
    """

    def __init__(self, kind: str, rows: list[Row], rng: random.Random | None) -> None:
        self.kept, self.written, self.rejected, self.unreadable = list(rows), list(rows), 0, 0
        if rng is None or not rows or kind not in ("growth", "content"):
            return
        place = rng.randrange(len(rows))
        row, trouble = rows[place], rng.randrange(3)
        number = "new" if kind == "growth" else "readers"
        if trouble == 0:
            self.written.insert(place, {**row, "date": "合计不详"})
            self.rejected = 1
        elif trouble == 1:
            self.written.append({**row, number: row[number] + 5})
            del self.kept[place]
            self.rejected = 2
        else:
            self.written[place] = {**row, number: "乱写"}
            self.kept[place] = {**row, number: None}
            self.unreadable = 1


def _cells(kind: str, rows: list[Row], rng: random.Random, *, drift: bool) -> Cells:
    labels = dict(LABELS[kind])
    names = list(labels)
    if drift:
        rng.shuffle(names)
        labels = {
            name: label if (kind, label) in KEEP_NAME else OTHER_NAMES.get(
                label, label,
            ) if kind != "news" or name == "media" else label
            for name, label in labels.items()
        }  # fmt: skip
    body = [
        [
            "10万+" if row.get("capped") and name == "reads" else _text(row.get(name), rng)
            for name in names
        ]
        for row in rows
    ]  # fmt: skip
    head = [labels[name] for name in names]
    if not drift:
        return [head, *body]
    return [
        ["导出的数据", *[""] * len(head)],
        [*head, "新增的一列"],
        *([*row, str(n)] for n, row in enumerate(body)),
    ]


def _newer_content(rows: list[Row]) -> Cells:
    """Return the export since 2025-11.

    阅读人数 by channel on the left, what is known of the whole day on the right.
    """
    left = [[str(row["date"]), row["channel"], str(row["readers"])] for row in rows]
    right = [
        [str(row[name]) if name else "1" for name in SHARES]
        for row in rows
        if row["channel"] == "全部"
    ]
    head = [
        "日期",
        "渠道",
        "阅读人数",
        "",
        "日期",
        "分享人数",
        "跳转阅读原文人数",
        "微信收藏人数",
        "发表篇数",
    ]
    return [
        head,
        *([*one, "", *(right[n] if n < len(right) else [""] * 5)] for n, one in enumerate(left)),
    ]


def _text(value: object, rng: random.Random) -> str:
    match value:
        case None:
            return rng.choice(("", "-", "--"))
        case datetime():
            return value.isoformat(" ", "minutes")
        case date():
            return rng.choice(
                (str(value), f"{value.year}/{value.month}/{value.day}", f"{value:%Y%m%d}")
            )
        case int() if abs(value) >= 1000:
            return f"{value:,}" if rng.random() < 0.1 else str(value)
    return str(value)


def _as_bytes(cells: Cells, container: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        write_file(path, {"Sheet1": cells}, container)
        return path.read_bytes()
