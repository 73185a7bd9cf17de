"""Mail, text part, board, Word, workbook and SQL of one night taken apart.

Every figure that two of them show is the same.
"""

from __future__ import annotations

import email
import email.policy
import json
import math
import re
from datetime import date
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from bs4 import BeautifulSoup, Tag

from examples.home import make_home
from reports.formatting import status_zh
from tests.support.desk import add_people, log_in, serving
from tests.support.homes import pipeline, rows, run

WEEK, MONTH = "2023-W43", "2023-10"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = make_home(tmp_path_factory.mktemp("agree") / "home")
    run(home, "2023-10-31", code=3)
    for words in (["weekly", "--week", WEEK], ["monthly", "--month", MONTH], ["scoreboard"]):
        done = pipeline(home, "report", *words)
        assert done.returncode == 0, done.stderr
    return home


@pytest.fixture(scope="module")
def parts(home: Path) -> dict[str, Any]:
    folder = home / "output" / "weekly" / WEEK
    mail = email.message_from_bytes((folder / "mail.eml").read_bytes(), policy=email.policy.default)
    bodies = {}
    for kind in ("html", "plain"):
        part = mail.get_body((kind,))
        assert part is not None
        bodies[kind] = str(part.get_content())
    return {
        "mail": BeautifulSoup(bodies["html"], "lxml"), "text": bodies["plain"].replace("\r", ""),
        "board": BeautifulSoup((home / "output" / "scoreboard.html").read_text("utf-8"), "lxml"),
        "word": docx.Document(str(home / "output" / "monthly" / MONTH / "report.docx")),
        "book": openpyxl.load_workbook(folder / "data.xlsx"),
    }  # fmt: skip


def shown(node: Tag, selector: str) -> str:
    found = node.select_one(selector)
    assert found is not None, selector
    return found.get_text()


def sheet(book: Any, name: str) -> list[dict[str, Any]]:
    lines = list(book[name].iter_rows(min_row=2, values_only=True))
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def table(word: Any, place: int) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in word.tables[place].rows][1:]


def figure(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-").rstrip("%"))


def test_every_target_is_the_same_everywhere(home: Path, parts: dict[str, Any]) -> None:
    query = (
        "select target_id, name_zh, actual, target, gap, attained_pct, status, verdict_zh from "
        "mart.target_progress order by position"
    )
    book, word = sheet(parts["book"], "年度指标"), table(parts["word"], 0)
    wanted = rows(home, query)
    assert len(wanted) == len(book) == len(word) == 9
    for place, (target_id, name, actual, target, gap, progress, status, verdict) in enumerate(
        wanted
    ):
        aim, state = math.ceil(target - 1e-9), status_zh(status)
        card = parts["board"].select_one(f"#t-{target_id}")
        assert (figure(shown(card, ".fig strong")), figure(shown(card, ".fig em")[2:])) == (
            actual,
            aim,
        )
        assert (shown(card, ".chip"), shown(card, ".say")) == (state, verdict)
        mail = [
            cell
            for cell in parts["mail"]
            .select_one(f"[data-target={target_id}]")
            .get_text("|")
            .split("|")
            if cell.strip()
        ]
        assert figure(mail[1]) == actual
        assert figure(re.sub(r"[^\d,]", "", mail[2])) == aim
        assert mail[3].split()[1] == state
        assert "".join(mail).endswith(verdict)
        assert f"：{actual:,.0f}" in parts["text"]
        assert f"  {verdict}\n" in parts["text"]
        assert (
            book[place]["指标"],
            book[place]["实际"],
            book[place]["还差"],
            book[place]["状态"],
        ) == (
            name,
            actual,
            gap,
            state,
        )
        assert book[place]["目标"] == pytest.approx(target)
        assert book[place]["进度"] == pytest.approx(progress)
        assert book[place]["评语"] == verdict
        assert [figure(word[place][i]) for i in (1, 2)] == [actual, aim]
        assert figure(word[place][3]) == pytest.approx(progress, abs=0.05)
        assert (figure(word[place][4]), word[place][5].split()[1]) == (gap, state)


def test_the_desk_shows_the_boards_targets(home: Path, parts: dict[str, Any]) -> None:
    add_people(home)
    with serving(home) as base:
        page = BeautifulSoup(log_in(base, "leader").page("/board").text, "lxml")
    lines = page.select(".tg > li")
    cards = [card for card in parts["board"].select("[id^=t-]") if card.select_one(".fig strong")]
    assert len(lines) == len(cards) == 9
    for line, card in zip(lines, cards, strict=True):
        now, _, aim = shown(line, ".fig").partition(" / ")
        assert figure(now) == figure(shown(card, ".fig strong"))
        assert figure(re.sub(r"[^\d,]", "", aim)) == figure(shown(card, ".fig em")[2:])
        assert shown(line, ".st").strip() == shown(card, ".chip")
        assert shown(line, ".pc") in card.get_text()
        assert shown(line, "a") in card.get_text()
    said = re.sub(r"\s", "", shown(parts["board"], "h1"))
    assert re.sub(r"\s", "", shown(page, "h1.lead")) == said


def test_the_week_is_the_same_everywhere(home: Path, parts: dict[str, Any]) -> None:
    query = f"""
        select p.kind, w.change, u.change from mart.target_progress as p
        join mart.target_weekly as w using (target_id)
        left join mart.target_weekly as u on u.target_id = w.target_id and u.week_start = w.week_start - 7
        where w.iso_week = '{WEEK}' and (p.kind <> 'count' or w.change <> 0) order by p.position"""
    wanted = [(change, before) for _, change, before in rows(home, query)]
    board = [
        [cell.get_text() for cell in row.find_all("td")]
        for row in parts["board"].select("#a-w tbody tr")
    ]
    book = sheet(parts["book"], "本期变化")
    assert [(figure(row[0]), figure(row[1])) for row in board] == wanted
    assert [(row["本期"], row["上期"]) for row in book] == wanted
    for now, before in wanted:
        assert f"：本周{now:,.0f}，上周{before:,.0f}，" in parts["text"]


def test_units_and_media_are_the_same_everywhere(home: Path, parts: dict[str, Any]) -> None:
    query = (
        "select unit, positive_reports, activities, new_media_products, livestreams from "
        "mart.unit_league"
    )
    wanted = {row[0]: row[1:] for row in rows(home, query)}
    board = {}
    for line in parts["board"].select("#league tbody tr:not([data-none])"):
        cells = [str(cell["data-v"]) for cell in line.find_all("td") if cell.has_attr("data-v")]
        board[line.select_one("th").find(string=True)] = tuple(int(cells[i]) for i in (1, 3, 4, 5))
    book = {
        row["单位"]: (row["正面报道（篇次）"], row["活动"], row["新媒体产品"], row["直播"])
        for row in sheet(parts["book"], "单位")
        if row["报送情况"] == "已报送"
    }
    word = {row[1]: tuple(int(figure(cell)) for cell in row[2:]) for row in table(parts["word"], 2)}
    assert board == book == word == {unit: wanted[unit] for unit in board}
    assert len(board) + len(parts["board"].select("#league tr[data-none]")) == len(wanted) == 21
    for place, name in enumerate(("报道按级别", "报道按类型")):
        lines = parts["board"].select("#a-r table")[place].select("tbody tr")
        tones = {
            line.select_one("th").get_text(): [
                int(cell.get_text()) for cell in line.find_all("td")[1:]
            ]
            for line in lines
        }
        assert tones == {
            next(iter(row.values())): [row[tone] for tone in ("正面", "中性", "负面", "待核定")]
            for row in sheet(parts["book"], name)
        }
        (counted,) = rows(
            home, "select actual from mart.target_progress where target_id = 'positive_reports'"
        )[0]
        assert sum(row[0] for row in tones.values()) == counted


def test_the_days_of_the_growth_charts_are_the_marts(home: Path, parts: dict[str, Any]) -> None:
    drawn = json.loads(parts["board"].select_one("#gd").get_text())
    assert len(drawn) == 2
    for target_id, chart in drawn.items():
        query = (
            "select date, actual, pace, forecast_low from mart.target_daily where target_id = "
            f"'{target_id}' order by date"
        )
        days = rows(home, query)
        assert chart["a"] == [
            None if row[1] is None else round(row[1])
            for row in days
            if row[0] <= date(2023, 10, 31)
        ]
        assert chart["p"] == [round(row[2]) for row in days]
        assert chart["lo"] == [round(row[3]) for row in days if row[0] > date(2023, 10, 31)]
        book = [row for row in sheet(parts["book"], "增长逐日") if row["实际"] is not None]
        assert {round(row["实际"]) for row in book} >= {
            value for value in chart["a"] if value is not None
        }


def test_the_month_is_the_difference_of_two_month_ends(home: Path, parts: dict[str, Any]) -> None:
    query = """
        select p.name_zh, max(d.actual) filter (where d.date <= date '2023-10-31')
            - max(d.actual) filter (where d.date <= date '2023-09-30')
        from mart.target_daily as d join mart.target_progress as p using (target_id) group by 1"""
    wanted = {re.sub("^“[^”]*”", "", name): change for name, change in rows(home, query)}
    assert {row[0]: figure(row[2]) for row in table(parts["word"], 1)} == wanted
    (growth,) = rows(
        home,
        (
            "select growth_pct from mart.month_comparable where flow = 'reads' and period_start "
            "= date '2023-10-01'"
        ),
    )[0]
    assert f"增长{growth:.1f}%" in [row[4] for row in table(parts["word"], 1)]
