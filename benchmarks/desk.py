"""Twenty people on the desk for a minute while nights run below it; before, one person alone.

Times of pages and receipts, errors.

`python -m benchmarks.desk [SECONDS] [--write]` makes the example bureau in a temporary folder and prints the
lines of a table, with --write into docs/benchmarks.md.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import openpyxl

from benchmarks.machine import machine, write_between
from examples.home import make_home
from pipeline.config.checkout import CHECKOUT
from pipeline.config.home import command
from tests.support.desk import Client, add_people, log_in, serving
from tests.support.homes import growth_html, run

PEOPLE = 20
PAGES = ("/", "/board", "/owed", "/todo", "/targets/wechat_followers", "/api/me", "/upload")
AS_OF = "2023-10-31"
ROWS = 8_000  # of a page of 1 MB
HEADS = ("时间", "新关注人数", "取消关注人数", "净增关注人数", "累积关注人数")


@dataclass
class Times:
    """What was measured, in milliseconds, by several threads."""

    pages: list[float] = field(default_factory=list)
    # of what -> times
    receipts: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


def main(seconds: float, *, write: bool = False) -> None:
    """Measure, print, and write the table if asked."""
    with tempfile.TemporaryDirectory() as folder:
        home = make_home(Path(folder) / "home")
        run(home, AS_OF, 3)
        add_people(home)
        with serving(home) as base:
            clients = [
                log_in(base, ("boss", "office1", "unit_a", "unit_b")[number % 4])
                for number in range(PEOPLE)
            ]
            alone = _alone(home, clients[1])
            times, nights = _measure(home, clients, seconds)
    times.receipts = {**alone, **times.receipts}
    lines = _table(times, nights, seconds)
    print("\n".join([*lines, *times.errors[:5]]))
    if write:
        write_between(CHECKOUT / "docs" / "benchmarks.md", "desk", lines)


def _table(times: Times, nights: int, seconds: float) -> list[str]:
    said = f"{PEOPLE} people for {seconds:.0f} s, {nights} night(s) published meanwhile, "
    lines = [
        f"{machine()}.", "", f"{said}{len(times.errors)} error(s).", "",
        "| what | how many | median | 95 % below | longest | goal (median) | met |",
        "|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    receipts = (
        (f"receipt of {ROWS:,} days, {name}", found, 2000) for name, found in times.receipts.items()
    )
    for name, found, goal in (("a page", times.pages, 200), *receipts):
        cuts = statistics.quantiles(found, n=20) if len(found) > 1 else found * 19
        middle = statistics.median(found)
        lines.append(
            f"| {name} | {len(found)} | {middle:.0f} ms | {cuts[18]:.0f} ms | {max(found):.0f} ms | "
            f"< {goal} ms | {'yes' if middle < goal else '**no**'} |"
        )
    return lines


def _measure(home: Path, clients: list[Client], seconds: float) -> tuple[Times, int]:
    times, end, nights = Times(), time.monotonic() + seconds, 0
    threads = [
        threading.Thread(target=_read, args=(client, times, end, number))
        for number, client in enumerate(clients)
    ]
    threads.append(threading.Thread(target=_hand_in, args=(clients[1], home, times, end)))
    for thread in threads:
        thread.start()
    night = command(home, "run", "--as-of", AS_OF)
    while time.monotonic() < end:
        subprocess.run(night, check=False, capture_output=True)
        nights += 1
    for thread in threads:
        thread.join()
    return times, nights


def _read(client: Client, times: Times, end: float, number: int) -> None:
    """Open a page, read it for two seconds, open the next."""
    while time.monotonic() < end:
        path = PAGES[number % len(PAGES)]
        number += 1
        began = time.monotonic()
        answer = client.page(path)
        times.pages.append(1000 * (time.monotonic() - began))
        if answer.status_code not in (200, 303):
            times.errors.append(f"{path}: {answer.status_code}")
        time.sleep(2)


def _alone(home: Path, client: Client) -> dict[str, list[float]]:
    """Hand in exports of each container while nobody else asks anything; the first one warms up."""
    found: dict[str, list[float]] = {}
    _receipt(client, _page(home, 0))
    for write in (_page, _csv, _workbook):
        times = [_receipt(client, write(home, number)) for number in range(1, 6)]
        found[f"{write(home, 6).suffix}, nobody else"] = times
    return found


def _hand_in(client: Client, home: Path, times: Times, end: float) -> None:
    """Hand in another export every five seconds."""
    number, found = 100, times.receipts.setdefault(".xls of 1 MB, among all that", [])
    while time.monotonic() < end:
        number += 1
        try:
            found.append(_receipt(client, _page(home, number)))
        except RuntimeError as error:
            times.errors.append(str(error))
        time.sleep(5)


def _receipt(client: Client, path: Path) -> float:
    """Return in how many milliseconds the receipt is there."""
    began = time.monotonic()
    receipt = client.hand_in(path)
    if receipt["status"] not in ("ready", "held") or receipt["rows"] < ROWS or receipt["refused"]:
        raise RuntimeError(f"receipt: {receipt['reason_zh']}")
    return 1000 * (time.monotonic() - began)


def _days(count: int, number: int) -> list[tuple[str, str, str, str, str]]:
    """Return lines of a 用户增长 export; `number` makes them another's."""
    first = date(2000, 1, 1)
    return [
        ((first + timedelta(days=one)).isoformat(), "1", "0", "1", str(1_000_000 + number + one))
        for one in range(count)
    ]


def _page(home: Path, number: int) -> Path:
    path = home / "desk" / "export.xls"
    text = growth_html(*_days(ROWS, number))
    path.write_text(text + " " * max(0, (1 << 20) - len(text)), "utf-8")
    return path


def _csv(home: Path, number: int) -> Path:
    path = home / "desk" / "export.csv"
    lines = [HEADS, *_days(ROWS, number)]
    path.write_text("\n".join(map(",".join, lines)) + "\n", "utf-8")
    return path


def _workbook(home: Path, number: int) -> Path:
    path = home / "desk" / "export.xlsx"
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("用户增长")
    sheet.append(HEADS)
    for day, *figures in _days(ROWS, number):
        sheet.append([day, *map(int, figures)])
    book.save(path)
    return path


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if word != "--write"]
    main(float(given[0]) if given else 60, write="--write" in sys.argv)
