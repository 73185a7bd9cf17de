"""Templates, inspect, own layouts, export, the timetable: what the commands write is read back."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import openpyxl
import pytest
from typer.main import get_command

from collectors.layout import load_layouts
from collectors.read.read_file import read_file
from collectors.unreadable import Unreadable
from pipeline.cli.app import app
from pipeline.config.checkout import LAYOUT_FOLDER, PLANS, TRANSFORMS
from pipeline.export.data_dictionary import DICTIONARY, dictionary_text
from pipeline.export.ledger_templates import Filling, write_templates
from pipeline.models.folder import load_models
from tests.support.homes import CHECKOUT, growth_html, make_home, pipeline, rows, run
from tests.unit.test_reading_processes import aborting_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator

LAYOUTS = load_layouts(LAYOUT_FOLDER)
VALUES = {
    "text": "示例", "url": "https://www.example.cn/a", "count": 12, "net": -3, "number": 1.5,
    "rate": "57.7%", "percent": 57.7, "seconds": 90,
    "bool": "是", "date": "2026-07-15", "datetime": "2026-07-15 19:00", "month": "2026-07",
    "days": "2026-07-15至2026-07-17", "span": "90分钟", "id": "7240010000000007123",
}  # fmt: skip
FILLING = Filling(2026, ("市局", "黄浦区"), ("“夏令热线”专项行动",))


@pytest.mark.parametrize(
    "layout_id", [name for name, layout in LAYOUTS.items() if "ledger" in layout.sources]
)
def test_a_filled_template_is_read_back_unchanged(layout_id: str, tmp_path: Path) -> None:
    layout = LAYOUTS[layout_id]
    (path,) = write_templates(tmp_path, [layout], FILLING)
    assert path.name == f"{layout.title}_2026年.xlsx"
    book = openpyxl.load_workbook(path)
    columns = [column for column in layout.tables[0].columns if column.labels]
    filled = [column.one_of[0] if column.one_of else VALUES[column.kind] for column in columns]
    first = book.worksheets[0]
    assert first["A1"].value == f"{layout.title}（2026年）"
    assert "本行不读取" in first["A3"].value
    assert (first.page_setup.orientation, first.freeze_panes) == ("landscape", "B3")
    first.append(filled)
    book.save(path)
    result = read_file(path, LAYOUTS)
    assert result.layouts == [layout_id]
    (row,) = result.blocks[0].rows
    assert row == [str(value) for value in filled]


def test_an_empty_template_holds_nothing_but_its_example(tmp_path: Path) -> None:
    for path in write_templates(tmp_path, LAYOUTS.values(), FILLING):
        with pytest.raises(Unreadable, match="没有任何数据行"):
            read_file(path, LAYOUTS)


def test_a_units_template_filled_as_its_instructions_say_is_counted(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    done = pipeline(home, "templates", "--unit", "黄浦区")
    assert done.returncode == 0, done.stderr
    path = home / "output" / "templates" / "黄浦区" / "宣传活动台账_黄浦区_2023年.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    assert sheet["A1"].value == "宣传活动台账（2023年，黄浦区）"
    heads = [cell.value for cell in sheet[2]]
    # every spelling the instructions name: 7月15日 (the year from the title), 1.2万, 10万+ (more
    # than 100 000), /, 是
    values = {
        "活动名称": "门责进社区",
        "开始日期": "7月15日",
        "主办单位": "示例科",
        "参与人数": "1.2万",
        "发放资料数": "10万+",
        "媒体报道篇数": "/",
        "单位": "黄浦区",
        "宣传项目": "“夏令热线”专项行动",
    }
    sheet.append([values.get(str(head)) for head in heads])
    book.save(home / "inbox" / "ledger" / path.name)
    lists = {rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"}
    assert len(lists) >= 3, "unit, project and type are chosen from lists"
    assert any(rule.type == "date" for rule in sheet.data_validations.dataValidation)
    run(home, "2023-07-31")
    wanted = [("门责进社区", date(2023, 7, 15), 12_000, 100_001, None, "黄浦区")]
    assert (
        rows(
            home,
            (
                "select name, started_on, participants, leaflets, media_reports, unit from "
                "mart.activity"
            ),
        )
        == wanted
    )
    assert rows(home, "select count(*) from ops.rejected_row") == [(0,)]


def test_a_unit_that_the_plan_does_not_have_is_named(tmp_path: Path) -> None:
    done = pipeline(make_home(tmp_path / "home"), "templates", "--unit", "无名区")
    assert done.returncode == 2
    assert "没有名为“无名区”的单位" in done.stderr
    assert "黄浦区" in done.stderr


def test_an_unknown_layout_is_drafted_declared_and_loaded(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    export = home / "inbox" / "main-wechat" / "new.csv"
    export.write_text("统计日,点击人数\n2026-01-01,5\n", "utf-8")
    drafted = pipeline(home, "inspect", str(export))
    assert "没有任何已知版式" in drafted.stdout
    (home / "layouts").mkdir()
    toml = drafted.stdout[drafted.stdout.index("[my_layout]") :].replace(
        'kind = "text"', 'kind = "date"'
    )
    (home / "layouts" / "mine.toml").write_text(toml, "utf-8")
    run(home, "2026-01-31")
    assert rows(home, "select column_1, column_2 from raw.my_table") == [("2026-01-01", "5")]


def test_inspect_names_the_layout(tmp_path: Path) -> None:
    path = tmp_path / "x.xls"
    path.write_text(growth_html(("2026-01-01", "1", "0", "1", "5")), "utf-8")
    assert "wechat_user_growth" in pipeline(tmp_path, "inspect", str(path)).stdout


def test_inspect_survives_what_it_inspects(tmp_path: Path) -> None:
    """People inspect what was refused: here a workbook over which the parser itself aborts."""
    make_home(tmp_path)
    done = pipeline(tmp_path, "inspect", str(aborting_workbook(tmp_path)))
    assert (done.returncode, "解析程序崩溃" in done.stdout) == (0, True)


def test_export_is_read_back(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    (home / "inbox" / "main-wechat" / "a.xls").write_text(
        growth_html(("2023-01-01", "1", "0", "1", "100")), "utf-8"
    )
    (home / "inbox" / "ledger" / "a.csv").write_text(
        "活动名称,开始日期,主办单位\n=1+1,2023-01-02,某科\n", "utf-8"
    )
    run(home, "2023-01-31")
    assert pipeline(home, "export", str(tmp_path / "lake")).returncode == 0
    found = (
        duckdb.connect()
        .execute(f"select date::varchar, followers from '{tmp_path}/lake/account_daily.parquet'")
        .fetchall()
    )
    assert found == [("2023-01-01", 100)]
    assert pipeline(home, "export", str(tmp_path / "all.xlsx")).returncode == 0
    book = openpyxl.load_workbook(tmp_path / "all.xlsx")
    assert book.sheetnames[:2] == ["目录", "数据字典"]
    sheets = {table: name for name, table, _ in book["目录"].iter_rows(min_row=2, values_only=True)}
    cell = book[str(sheets["mart.activity"])]["B2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")  # text, never a formula


def test_accounts_add_keeps_what_a_person_wrote(tmp_path: Path) -> None:
    home = tmp_path / "home"
    words = ("--platform", "wechat", "--unit", "黄浦区")
    assert pipeline(home, "accounts", "add", "hp", "--name", "黄浦城管", *words).returncode == 0
    config = home / "pipeline.toml"
    config.write_text("# our notes\n" + config.read_text("utf-8"), "utf-8")
    assert pipeline(home, "accounts", "add", "jn", "--name", "静安城管", *words).returncode == 0
    assert config.read_text("utf-8").startswith("# our notes\n")
    assert (home / "inbox" / "jn").is_dir()
    again = pipeline(home, "accounts", "add", "jn", "--name", "静安城管", *words)
    assert again.returncode == 2
    assert "stands twice" in again.stderr


def test_data_dictionary_is_not_stale() -> None:
    """`python -m pipeline docs` writes it anew."""
    assert DICTIONARY.read_text("utf-8") == dictionary_text(load_models(TRANSFORMS))


def _commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, list[str]]]:
    """Yield every command of the command line as it is typed, with its options."""
    for name, command in getattr(group, "commands", {}).items():
        if hasattr(command, "commands"):
            yield from _commands(command, (*path, name))
        else:
            options = [word for one in command.params for word in one.opts if word.startswith("--")]
            yield " ".join((*path, name)), options


def test_every_command_and_option_stands_in_the_docs() -> None:
    """Options are explained in a paragraph or table row that names the command."""
    text = (CHECKOUT / "docs" / "commands.md").read_text("utf-8")
    blocks = re.split(r"\n\n|\n(?=\|)", text)
    commands = dict(_commands(get_command(app)))
    assert len(commands) >= 30
    missing = []
    for command, options in commands.items():
        told = "\n".join(block for block in blocks if re.search(f"`{command}(?![a-z])", block))
        missing += [command] if not told else []
        missing += [
            f"{command} {word}" for word in options if not re.search(f"{word}(?![a-z-])", told)
        ]
    assert missing == []


def test_sql_writes_a_workbook_and_suggests_near_names(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    run(home, "2023-01-31")
    assert pipeline(home, "sql", "select '=1+1' as x, 2 as y", "--format", "xlsx").returncode == 0
    sheet = openpyxl.load_workbook(home / "output" / "query.xlsx").active
    assert sheet
    assert [(cell.value, cell.data_type) for cell in sheet[2]] == [("=1+1", "s"), (2, "n")]
    assert pipeline(home, "sql", "select '=1+1' as x", "--format", "csv").stdout == "x\n'=1+1\n"
    assert "account_daily" in pipeline(home, "sql", "select * from mart.acount_daily").stderr


def test_a_table_shows_text_as_it_stands(tmp_path: Path) -> None:
    """`:100:` is no emoji, `[red]` no colour, ESC steers no terminal."""
    home = make_home(tmp_path / "home")
    run(home, "2023-01-31")
    shown = pipeline(home, "sql", "select 'x:100:y' as a, '[red]12[/b]' as b").stdout
    assert "│ x:100:y │ [red]12[/b] │" in shown
    assert (
        "│ \\x1b[31mx │ — │"
        in pipeline(home, "sql", "select chr(27) || '[31mx' as a, null as b").stdout
    )


def test_a_plan_of_ones_own_beside_the_settings(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    text = (PLANS / "2023.toml").read_text("utf-8")
    (home / "ours.toml").write_text(
        text.replace("year = 2023", "year = 2026", 1).replace(
            "base_year = 2022", "base_year = 2025", 1
        ),
        "utf-8",
    )
    config = home / "pipeline.toml"
    config.write_text(
        config.read_text("utf-8").replace('plan = "2023"', 'plan = "ours.toml"'), "utf-8"
    )
    (home / "inbox" / "main-wechat" / "a.xls").write_text(
        growth_html(("2025-12-31", "1", "0", "1", "100"), ("2026-01-10", "1", "0", "1", "110")),
        "utf-8",
    )
    run(home, "2026-01-31")
    assert rows(
        home,
        (
            "select plan_year, baseline, actual, target from mart.target_progress where "
            "target_id = 'wechat_followers'"
        ),
    ) == [(2026, 100, 110, pytest.approx(120))]


def test_a_query_has_a_limit_of_rows_and_of_time(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    run(home, "2023-06-30")
    cut = pipeline(home, "sql", "select * from range(20000)", "--rows", "2", "--format", "markdown")
    assert cut.stdout.splitlines()[2:] == ["| 0 |", "| 1 |"]
    assert "only the first 2 rows" in cut.stderr
    whole = pipeline(home, "sql", "select * from range(20000)", "--format", "csv")
    assert whole.stdout.splitlines()[-1] == "19999"
    endless = "select count(*) from range(100000000000) as a, range(1000) as b"
    late = pipeline(home, "sql", endless, "--timeout", "0.5")
    assert late.returncode == 1
    assert "longer than 0.5 s" in late.stderr


@pytest.mark.parametrize("form", ["csv", "markdown", "table"])
def test_text_steers_no_terminal(tmp_path: Path, form: str) -> None:
    home = make_home(tmp_path / "home")
    run(home, "2023-06-30")
    done = pipeline(home, "sql", "select chr(27) || '[31mred' as t", "--format", form)
    assert "\x1b" not in done.stdout
    assert "\\x1b[31mred" in done.stdout
