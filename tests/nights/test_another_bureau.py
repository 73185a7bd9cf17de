"""The engine names no bureau.

The plan of another one runs from its exports to the mail without one word of the first.
"""

from __future__ import annotations

import email
import email.policy
import re
import tomllib
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from examples.home import HERE
from pipeline.config.checkout import CHECKOUT, PLANS, TRANSFORMS
from pipeline.models.folder import load_models
from tests.models.test_marts import content, every
from tests.support.homes import growth_html, make_home, pipeline, rows, run
from tests.support.servers import running

PLAN = CHECKOUT / "tests" / "support" / "another_bureau.toml"
CONFIG = """
plan = "ours.toml"
[[accounts]]
id = "linjiang"
name = "临江水务"
platform = "wechat"
main = true
unit = "市水务局"
[mail]
from = "数据中心 <reports@example.org>"
to = ["a@example.org"]
host = "localhost"
timeout_seconds = 20
port = """
LEDGERS = {
    "reports.csv": (
        "标题,媒体名称,发布时间,倾向,媒体级别,链接\n节水见成效,临江日报,2023-03-22,正面,市级,"
        "https://paper.example.org/1\n水价听证,江报,2023-05-05,中性,省级,"
        "https://paper.example.org/2\n"
    ),
    "activities.csv": (
        "活动名称,开始日期,主办单位\n世界水日开放日,2023-03-22,南岸所\n夏季开放日,2023-06-08,"
        "市水务局\n"
    ),
    "lives.csv": (
        "直播名称,平台,账号名称,开播时间,观看人数\n走进水厂,视频号,临江水务,2023-06-07 19:00,5000\n"
    ),
    "films.csv": (
        "产品名称,产品类型,发布日期,首发平台,首发账号,链接,阅读量\n一滴水,短视频,2023-06-06,"
        "视频号,临江水务,https://v.example.org/1,120000\n"
    ),
    "lessons.csv": "培训名称,培训日期,主办单位,参训人数\n通讯员培训,2023-05-10,市水务局,20\n",
}
CODE = (".py", ".sql", ".j2", ".html", ".js", ".css")
FIRST = tomllib.loads((PLANS / "2023.toml").read_text("utf-8"))
OFFICE = tomllib.loads((HERE / "pipeline.toml").read_text("utf-8"))


def first_bureaus_words() -> set[str]:
    """Names of the example bureau: its accounts, units, document, target and project ids and names."""
    units = {
        name
        for unit in FIRST["units"]
        for name in (unit["name"], *unit.get("aliases", []))
        if name != "市局"
    }
    accounts = {account[key] for account in OFFICE["accounts"] for key in ("id", "name")}
    plan = {FIRST["title"], FIRST["document"], *(target["name_zh"] for target in FIRST["targets"])}
    plan |= {project["name_zh"] for project in FIRST["projects"]}
    return units | accounts | plan | {"城管", "上海", "中国上海"} | ids_that_are_no_columns()


def ids_that_are_no_columns() -> set[str]:
    """Target ids of the first plan, but for those that are also a column's or a table's name
    (activities, positive_reports).
    """
    models = load_models(TRANSFORMS)
    names = {column for model in models for column in model.columns} | {
        model.name for model in models
    }
    return {target["id"] for target in FIRST["targets"]} - names


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("another")
    with running("smtp", "accept", str(folder / "in")) as port:
        (folder / "in").mkdir(exist_ok=True)
        home = make_home(folder / "home", f"{CONFIG}{port}\n")
        (home / "ours.toml").write_text(PLAN.read_text("utf-8"), "utf-8")
        (home / "inbox" / "linjiang").mkdir()
        days = [
            ("2022-12-31", "10", "0", "10", "1000"),
            ("2023-06-04", "60", "0", "60", "1060"),
            ("2023-06-11", "7", "0", "7", "1067"),
        ]
        (home / "inbox" / "linjiang" / "growth.xls").write_text(growth_html(*days), "utf-8")
        content(home, every(date(2022, 1, 1), date(2022, 12, 31), 100), folder="linjiang")
        content(home, every(date(2023, 1, 1), date(2023, 6, 11), 110), folder="linjiang")
        for name, text in LEDGERS.items():
            (home / "inbox" / "ledger" / name).write_text(text, "utf-8")
        result = run(home, "2023-06-11")
        assert (result["files"]["loaded"], result["files"]["quarantined"]) == (8, 0)
        for words in (
            ("report", "weekly", "--week", "2023-W23", "--send"),
            ("report", "monthly", "--month", "2023-05"),
            ("report", "scoreboard"),
            ("templates",),
        ):
            done = pipeline(home, *words)
            assert done.returncode == 0, (words, done.stdout, done.stderr)
    return home


def test_its_figures_are_its_own(home: Path) -> None:
    found = {
        row[0]: row[1:]
        for row in rows(home, "select target_id, actual, target, status from mart.target_progress")
    }
    assert found["fans"][:2] == (1067, pytest.approx(1100))  # 1000 at the end of 2022, plus 10 %
    # 162 days to 11 June
    assert found["readership"][:2] == (162 * 110, pytest.approx(365 * 100 * 1.1))
    assert {
        name: found[name][0] for name in ("good_news", "open_days", "streams", "films", "lessons")
    } == {"good_news": 1, "open_days": 2, "streams": 1, "films": 1, "lessons": 1,}  # fmt: skip
    assert rows(
        home,
        "select target_id, count(*) from mart.target_evidence "
        "where target_id in ('open_days', 'streams') group by 1 order by 1",
    ) == [("open_days", 2), ("streams", 1)]
    assert rows(home, "select project_id, activities from mart.project_progress") == [
        ("water_week", 1)
    ]
    (mail,) = (home.parent / "in").glob("*.eml")
    assert contents(mail)[0] == "【水务宣传周报】2023年第23周（6.5–6.11）"
    explained = pipeline(home, "explain", "fans")
    assert "“临江水务”微信公众号关注量" in explained.stdout


def test_no_word_of_the_first_bureau_comes_out(home: Path) -> None:
    words = re.compile("|".join(map(re.escape, sorted(first_bureaus_words()))))
    found = [f"{place}: {match[0]}" for place, text in told(home) if (match := words.search(text))]
    assert "\n".join(found) == ""


def told(home: Path) -> list[tuple[str, str]]:
    """Every text that the home gives people: mails, pages, documents, workbooks, tables."""
    texts = [
        (path.name, text)
        for path in (home / "output").rglob("*")
        if path.is_file()
        for text in contents(path)
    ]
    mails = list((home.parent / "in").glob("*.eml"))
    assert len(mails) == 1
    texts += [("mail", text) for text in contents(mails[0])]
    texts += [
        (words[0], pipeline(home, *words).stdout)
        for words in (("status",), ("explain", "readership"), ("alerts", "list"))
    ]
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        tables = con.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where table_name <> "
            "'media'"
        )
        texts += [
            (table, str(con.execute(f"select * from {table}").fetchall()))
            for (table,) in tables.fetchall()
        ]
    return texts


def contents(path: Path) -> list[str]:
    """Return the texts of a file: the parts of a mail, of an Office file, or the file itself."""
    if path.suffix == ".eml":
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        parts: list[Any] = [
            part.get_content() for part in message.walk() if part.get_content_maintype() == "text"
        ]
        return [str(message["Subject"]), *map(str, parts)]
    if path.suffix in (".xlsx", ".docx"):
        with zipfile.ZipFile(path) as archive:
            return [
                archive.read(name).decode("utf-8", "replace")
                for name in archive.namelist()
                if name.endswith(".xml")
            ]
    return [] if path.suffix == ".png" else [path.read_text("utf-8")]


def test_no_code_names_an_account_a_unit_or_a_target() -> None:
    """Not in pipeline/, reports/, web/ nor in SQL.

    A target's id only where a column or a table has that name too.
    """
    accounts = {account[key] for account in OFFICE["accounts"] for key in ("id", "name")}
    units = {
        name
        for unit in FIRST["units"]
        for name in (unit["name"], *unit.get("aliases", []))
        if name != "市局"
    }
    words = accounts | units | ids_that_are_no_columns() | {"城管", "中国上海", FIRST["document"]}
    named = re.compile("|".join(map(re.escape, sorted(words))))
    literal = re.compile(
        "|".join(
            f"'{target['id']}'" for target in FIRST["targets"] if target["id"] != target["metric"]
        )
    )
    folders = [CHECKOUT / name for name in ("pipeline", "reports", "web", "transforms")]
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix in CODE]
    texts = {path: path.read_text("utf-8") for path in files}
    found = [
        f"{path.name}: {match[0]}" for path, text in texts.items() for match in named.finditer(text)
    ]
    found += [
        f"{path.name}: {match[0]}"
        for path, text in texts.items()
        if path.suffix == ".sql"
        for match in literal.finditer(text)
    ]
    assert "\n".join(found) == ""
