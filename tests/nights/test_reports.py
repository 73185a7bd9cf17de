"""What a report says and shows.

Figures worked out by hand, a mail that any client can read, hostile text that stays text.
"""

from __future__ import annotations

import email
import email.policy
import io
import re
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import docx
import numpy as np
import openpyxl
import pytest
from bs4 import BeautifulSoup
from PIL import Image

from pipeline.config.home import Home
from pipeline.warehouse.publish import open_published
from reports import period, queries
from reports.charts import growth, style
from reports.formatting import number, rounded_up, status_zh
from reports.gate import problems
from reports.report import make_report
from tests.support.homes import CHECKOUT, CONFIG, growth_html, make_home, pipeline, rows, run
from tests.support.report_home import HOSTILE, WEEK, home_with_mail, reported_home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = reported_home(tmp_path_factory.mktemp("reports") / "home")
    note = pipeline(
        home,
        "report",
        "note",
        "本周重点是\n垃圾分类 <b>专项</b>。",
        "--week",
        WEEK,
        "--by",
        "宣传处",
    )
    assert note.returncode == 0, note.stderr
    done = pipeline(home, "report", "weekly", "--week", WEEK)
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture(scope="module")
def folder(home: Path) -> Path:
    return home / "output" / "weekly" / WEEK


@pytest.fixture(scope="module")
def mail(folder: Path) -> EmailMessage:
    return email.message_from_bytes((folder / "mail.eml").read_bytes(), policy=email.policy.default)


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_tree_headers_and_pictures(mail: EmailMessage, folder: Path) -> None:
    def tree(part: EmailMessage) -> Any:
        kind = part.get_content_type()
        return (kind, [tree(child) for child in part.iter_parts()]) if part.is_multipart() else kind  # type: ignore[arg-type]

    related = ("multipart/related", ["text/html", *["image/png"] * 2])
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert tree(mail) == (
        "multipart/mixed",
        [("multipart/alternative", ["text/plain", related]), sheet],
    )
    assert mail["Subject"] == "【城管宣传周报】2023年第23周（6.5–6.11）"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<[0-9a-f]{32}@localhost>", mail["Message-ID"])
    soup = BeautifulSoup(body(mail, "html"), "lxml")
    assert len(body(mail, "html").encode()) < 100_000
    wanted = [str(image["src"]) for image in soup.find_all("img")]
    there = [f"cid:{part['Content-ID'][1:-1]}" for part in mail.walk() if part["Content-ID"]]
    assert sorted(wanted) == sorted(there)
    assert len(set(wanted)) == 2
    for image in soup.find_all("img"):
        assert image["width"] == "600"
        assert re.search(r"\d", str(image["alt"])), "the alt text states a figure"
    assert not soup.find_all(["link", "script", "style", "iframe", "form"])
    for tag in soup.find_all(src=True) + soup.find_all(background=True):
        assert str(tag.get("src")).startswith("cid:")
    raw = (folder / "mail.eml").read_bytes()
    assert b"filename=\"weekly-2023-W23.xlsx\";\r\n filename*=utf-8''%E5%9F%8E" in raw


def test_figures_by_hand_are_the_same_in_html_and_text(mail: EmailMessage) -> None:
    # Followers 110 700 of 120 000: 9 300 to go in the 203 days from 12 June, 45.8 a day, so 46;
    # gain 10 700 of 20 000 wanted = 53.5 %.
    # Reads 162 days x 1 000 of 438 000 = 37.0 %; a week +7 000; 276 000 / 203 x 7 = 9 517.2,
    # rounded up. 162 of 365 days = 44.4 %.
    text = body(mail, "plain").replace("\r", "")
    assert "微信公众号粉丝量：110,700人，目标120,000人，增量完成率53.5%，" in text
    assert "还差9,300人" in text
    assert "微信公众号阅读量：162,000次，目标438,000次，进度37.0%，滞后" in text
    assert "正面宣传活动：无数据，目标80次\n" in text
    assert "（时序进度44.4%，全年还剩203天）" in text
    assert "微信公众号粉丝量净增（人）：本周700，" in text
    assert "微信公众号阅读量本周（次）：本周7,000，上周7,000，达标所需周均9,518，低于所需" in text
    assert "“示例城管”阅读环比持平，与上年可比日相比持平。" in text
    soup = BeautifulSoup(body(mail, "html"), "lxml")
    shown = soup.get_text()
    part = soup.select_one("[data-target=wechat_followers]")
    assert part is not None
    assert [cell.strip() for cell in part.get_text("|").split("|")][:3] == [
        "微信公众号粉丝量",
        "110,700",
        "/ 120,000人",
    ]
    for line in re.findall(r"  ([^·\n][^\n]+。)\n", text.partition("【本周变化】")[0]):
        assert line in shown, "every sentence of the text part is in the HTML too"


def test_the_mail_has_no_words_of_the_database(mail: EmailMessage) -> None:
    for kind in ("html", "plain"):
        text = BeautifulSoup(body(mail, kind), "lxml").get_text()
        assert not re.search(
            (
                r"mart\.|staging\.|raw\.|ops\.|warehouse|pipeline|main-wechat|side-wechat|W23|\d "
                r"%|None|nan"
            ),
            text,
        )


def test_hostile_titles_and_notes_stay_text(mail: EmailMessage, home: Path, folder: Path) -> None:
    for source in (body(mail, "html"), (folder / "index.html").read_text("utf-8")):
        soup = BeautifulSoup(source, "lxml")
        assert not soup.find_all(["script", "b1"])
        assert "\u202e" not in source, "nothing turns the text's direction"
        assert "本周重点是 垃圾分类 <b>专项</b>。——宣传处" in soup.get_text()
        assert all(
            str(link["href"]).startswith(("http://", "https://")) for link in soup.find_all("a")
        )
    with_works = pipeline(home, "report", "scoreboard")
    assert with_works.returncode == 0
    page = BeautifulSoup((home / "output" / "scoreboard.html").read_text("utf-8"), "lxml")
    assert "<script>alert(1)</script>" in page.get_text()
    book = openpyxl.load_workbook(folder / "data.xlsx")
    titles = [
        cell.value
        for row in book["10W+作品"].iter_rows()
        for cell in row
        if isinstance(cell.value, str)
    ]
    assert HOSTILE[1] in titles
    for sheet in book:
        assert not [
            cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
        ], "no formula anywhere"


def test_workbook_is_in_chinese_with_the_figures_as_numbers(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "data.xlsx")
    assert book.sheetnames[:4] == ["说明", "年度指标", "指标测算", "本期变化"]
    sheet = book["年度指标"]
    heads = [cell.value for cell in sheet[2]]
    first = dict(zip(heads, [cell.value for cell in sheet[3]], strict=True))
    assert (first["实际"], first["目标"], first["还差"]) == (110_700, 120_000, 9_300)
    assert first["状态"] in {"进度正常", "有风险", "滞后"}
    weeks = list(book["主账号逐周"].iter_rows(min_row=2, values_only=True))
    last = dict(zip(weeks[0], weeks[-1], strict=True))
    assert (last["阅读次数"], last["上年可比日阅读"], last["净增"]) == (7000, 7000, 700)
    silent = [
        row for row in book["单位"].iter_rows(min_row=3, values_only=True) if row[1] == "未报"
    ]
    assert silent
    assert {value for row in silent for value in row[2:]} == {None}, (
        "a unit that sent nothing has no figures, not 0"
    )
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        text = " ".join(
            str(cell.value)
            for row in sheet.iter_rows()
            for cell in row
            if isinstance(cell.value, str)
        )
        assert not re.search(
            r"on_track|no_data|at_risk|behind|iso_week|account_id|main-wechat|mart\.", text
        )


def test_charts_are_twice_the_size_and_not_blank(folder: Path) -> None:
    paths = list(folder.glob("*.png"))
    assert {
        "growth_wechat_followers",
        "growth_wechat_reads",
        "weekly_reads",
        "weekly_followers",
        "ten_w",
        "calendar",
    } <= {path.stem for path in paths}
    for path in paths:
        with Image.open(path) as image:
            assert image.width == 1200
            assert len(image.convert("RGB").getcolors(1 << 24) or []) > 3
        assert path.stat().st_size < 150_000


def test_the_same_night_gives_the_same_bytes(home: Path, folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert pipeline(home, "report", "weekly", "--week", WEEK).returncode == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_month_and_year_come_as_word_too(home: Path) -> None:
    assert pipeline(home, "report", "monthly", "--month", "2023-05").returncode == 0
    paper = docx.Document(str(home / "output" / "monthly" / "2023-05" / "report.docx"))
    targets, months = (
        [[cell.text for cell in row.cells] for row in table.rows] for table in paper.tables[:2]
    )
    # 110,700 of 120,000; 10,700 of the 20,000 wanted
    assert ["微信公众号粉丝量（人）", "110,700", "120,000", "92.2%", "9,300"] in [
        row[:5] for row in targets
    ]
    assert any("微信公众号粉丝量增量完成率53.5%。" in line.text for line in paper.paragraphs)
    # May: 31 days x 1 000, April 30 x 1 000: 3.3 % more; the same month of 2022 also had 1 000 a
    # day
    assert ["微信公众号阅读量", "本月（次）", "31,000", "30,000", "持平", "增长3.3%"] in months
    section = paper.sections[0]
    millimetres = [
        round(side.mm)
        for side in (
            section.page_width,
            section.page_height,
            section.top_margin,
            section.left_margin,
        )
    ]
    assert millimetres == [210, 297, 37, 28], "A4 and the margins of GB/T 9704-2012"
    for table in paper.tables:
        assert sum(column.width.mm for column in table.columns) == pytest.approx(156, abs=0.5)
    assert pipeline(home, "report", "yearend").returncode == 0
    year = docx.Document(str(home / "output" / "yearend" / "2023" / "report.docx"))
    assert any(HOSTILE[1] in paragraph.text for paragraph in year.paragraphs)
    assert "2023年宣传工作年度总结" in [paragraph.text for paragraph in year.paragraphs]


def test_the_review_of_a_closed_year_has_that_years_verdicts(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home", CONFIG.replace('plan = "2023"\n', ""))
    days = [
        ("2022-12-31", "1", "0", "1", "100000"),
        ("2023-12-31", "1", "0", "1", "121000"),
        ("2024-01-03", "1", "0", "1", "121500"),
    ]
    (home / "inbox" / "main-wechat" / "growth.xls").write_text(growth_html(*days[:2]), "utf-8")
    run(home, "2023-12-31")
    (home / "inbox" / "main-wechat" / "growth.xls").write_text(growth_html(*days[2:]), "utf-8")
    run(home, "2024-01-04")
    done = pipeline(home, "report", "yearend", "--year", "2023")
    assert done.returncode == 0, done.stderr
    paper = docx.Document(str(home / "output" / "yearend" / "2023" / "report.docx"))
    text = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    assert "2023年宣传工作年度总结" in text
    assert "（数据截至2023年12月31日）" in text
    shown = [[cell.text for cell in row.cells] for row in paper.tables[0].rows][1:]
    (followers,) = [row for row in shown if row[0] == "微信公众号粉丝量（人）"]
    # 121 000 at the end of 2023 against 100 000 x 1.2: reached; what January brought is the next
    # year's
    assert followers[1:3] == ["121,000", "120,000"]
    assert followers[5] == "√ 已达成"
    assert "121,500" not in text
    closed = rows(
        home,
        "select y.actual, y.target, y.status from mart.target_year as y join mart.target_progress "
        "as p using (target_id) where y.plan_year = 2023 order by p.position",
    )
    assert [(row[1], row[2], row[5].split()[1]) for row in shown] == [
        (number(actual), rounded_up(target), status_zh(status)) for actual, target, status in closed
    ]


def test_the_gate_sees_a_figure_that_is_not_the_warehouses(home: Path) -> None:
    with open_published(Home(home)) as con:
        report = make_report(con, period.week(WEEK), [])
        assert problems(report, con) == []
        object.__setattr__(report, "html", report.html.replace(">110,700<", ">110,701<", 1))
        object.__setattr__(report, "text", report.text.replace("：162,000次", "：162,001次"))
        found = problems(report, con)
    assert [text.partition(" as ")[0] for text in found] == [
        "the mail's table does not show 微信公众号粉丝量",
        "the text part does not show 微信公众号阅读量",
    ]


def test_the_gate_wants_data_of_the_week(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    run(home, "2023-06-11")
    done = pipeline(home, "report", "weekly", "--week", WEEK)
    assert done.returncode == 0
    assert "no target has any data" in done.stderr
    assert (
        "the main account has no followers for any day of 2023-06-05 to 2023-06-11" in done.stderr
    )
    text = body(
        email.message_from_bytes(
            (home / "output" / "weekly" / WEEK / "mail.eml").read_bytes(),
            policy=email.policy.default,
        ),
        "plain",
    )
    assert "九项年度指标9项无数据。" in text
    assert not re.search(r"：0[人次篇场]", text)


def test_a_chart_that_is_blank_or_lacks_a_glyph_is_refused() -> None:
    style.use_style()
    figure, _ = style.new_chart("空")
    with pytest.raises(style.ChartError, match="blank"):
        style.png(figure)
    figure, axes = style.new_chart("表情 \U0001f600")
    axes.plot([1, 2])
    with pytest.raises(style.ChartError, match="no glyph"):
        style.png(figure)
    figure, axes = style.new_chart(style.drawable("表情 \U0001f600 $x$ 龘䶮"))
    axes.plot([1, 2])
    assert Image.open(io.BytesIO(style.png(figure))).width == 1200


def test_an_own_chart_is_one_file_and_a_broken_one_is_named(home: Path, tmp_path: Path) -> None:
    copy = home_with_mail(home, tmp_path / "copy")
    guide = (CHECKOUT / "docs" / "guide" / "add-a-chart.md").read_text("utf-8")
    (copy / "charts").mkdir()
    (copy / "charts" / "daily_reads.py").write_text(
        re.findall(r"<<'PY'\n(.*?)^PY$", guide, re.S | re.M)[0], "utf-8"
    )
    (copy / "charts" / "broken.py").write_text("title = '坏'\nquery = 'select 1 as a'\n", "utf-8")
    done = pipeline(copy, "report", "weekly", "--week", WEEK)
    assert done.returncode == 0, done.stderr
    assert (
        "broken.py could not be drawn and is left out: ChartError: broken.py does not define draw"
    ) in done.stdout
    mail = email.message_from_bytes(
        (copy / "output" / "weekly" / WEEK / "mail.eml").read_bytes(), policy=email.policy.default
    )
    image = BeautifulSoup(body(mail, "html"), "lxml").find("img", src="cid:daily_reads")
    assert image is not None
    assert image["alt"] == "本周每日阅读，最近一天1000次"
    assert "daily_reads" in {
        str(part["Content-ID"])[1:-1] for part in mail.walk() if part["Content-ID"]
    }
    done = pipeline(copy, "report", "scoreboard")
    assert "broken.py" in done.stderr
    page = BeautifulSoup((copy / "output" / "scoreboard.html").read_text("utf-8"), "lxml")
    assert str(page.select_one("#c-daily_reads img")).startswith('<img alt="本周每日阅读')


def test_missing_days_are_a_gap_in_the_line_not_nought(home: Path) -> None:
    with open_published(Home(home)) as con:
        data = queries.collect(con, period.week(WEEK))
    style.use_style()
    figure, axes = style.new_chart()
    days = [row for row in data["daily"] if row["target_id"] == "wechat_followers"]
    growth.growth(axes, days, data["targets"][0])
    (actual,) = [line for line in figure.axes[0].lines if line.get_label() == "实际"]
    known = [
        value for value in np.asarray(actual.get_ydata(), float).tolist() if not np.isnan(value)
    ]
    assert known == [110_000 + 100 * i for i in range(8)], "4 to 11 June and nothing else"


def test_exactly_the_outbox_is_mirrored_by_the_next_night(home: Path) -> None:
    assert rows(home, "select count(*) from ops.mail") == [(0,)], "a preview queues nothing"
