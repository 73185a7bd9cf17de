"""The kinds of docs/decisions/0029 and 0030 in every container.

Units, dressed labels, encodings, number formats.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter
import xlwt

from collectors.layout import load_layouts
from collectors.model import Block
from collectors.read.encoding import decode
from collectors.read.number_formats import shown_by
from collectors.read.read_file import read_file
from collectors.unreadable import Unreadable
from pipeline.config.checkout import LAYOUT_FOLDER
from tests.support.containers import CONTAINERS, write_file

LAYOUTS = load_layouts(LAYOUT_FOLDER)
HEADER = ["产品名称", "产品类型", "发布日期", "首发平台", "首发账号"]
ROW = ["短视频一", "短视频", "2023-06-01", "抖音", "上海城管"]


def product(path: Path, label: str, figure: str, container: str, title: str = "") -> Block:
    cells = [[title, *[""] * 5]] if title else []
    write_file(path, {"台账": [*cells, [*HEADER, label], [*ROW, figure]]}, container)
    (block,) = read_file(path, LAYOUTS, "ledger").blocks
    return block


def reads(block: Block) -> str | None:
    return block.rows[0][block.columns.index("reads_or_plays")]


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize(
    ("title", "label", "figure", "read"),
    [
        ("2023年台账（单位：万次）", "阅读量", "12", "12万"), ("单位:万", "播放量", "3.5", "3.5万"),
        ("计量单位：千", "阅读量", "12", "12千"), ("单位：次", "阅读量", "12", "12"),
        ("单位：市局宣传处", "阅读量", "12", "12"), ("单位：万次", "阅读量（次）", "12", "12"),
        ("单位：万次", "阅读量", "10万+", "10万+"), ("", "阅读量（万）", "1,234", "1,234万"),
        ("", "阅读量(万次)", "12", "12万"), ("", "阅读量/万", "12", "12万"),
        ("", "阅读量【万】", "12", "12万"), ("", "阅读量（百万）", "12", "1200万"),
        ("", "阅读量（亿）", "0.5", "0.5亿"),
        ("", "阅读量（次）", "12", "12"), ("", "阅读数/次", "12", "12"), ("", "閱讀量", "12", "12"),
        ("", "Reads", "12", "12"), ("", "总阅读量", "12", "12"), ("", "阅读量*", "12", "12"),
    ],
)  # fmt: skip
def test_units_and_dress(  # noqa: PLR0917
    tmp_path: Path, container: str, title: str, label: str, figure: str, read: str
) -> None:
    assert reads(product(tmp_path / "f", label, figure, container, title)) == read


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("label", ["阅读量（人）", "阅读情况", "阅读数（含转载）"])
def test_a_label_that_is_not_clear_is_told(tmp_path: Path, container: str, label: str) -> None:
    block = product(tmp_path / "f", label, "12", container)
    assert reads(block) is None
    (told,) = block.broken
    assert not told.is_fatal
    assert told.reason.startswith("表头“")
    assert "阅读播放量" in told.reason


def test_a_figure_too_large_for_its_unit_is_told_with_its_cell(tmp_path: Path) -> None:
    block = product(tmp_path / "f", "阅读量（万）", "35000", "xlsx")
    assert reads(block) is None
    assert block.broken[0].reason.startswith("F2“35000”")


def test_several_units_in_one_title_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="不止一种单位"):
        product(tmp_path / "f", "阅读量", "12", "xlsx", "单位：万次、篇")


@pytest.mark.parametrize("name", ["xlsx", "xls"])
@pytest.mark.parametrize(
    ("number_format", "read"), [("0.00", "6.10"), ("0.0", None), ("General", None)]
)
def test_a_number_that_may_be_a_day(
    tmp_path: Path, name: str, number_format: str, read: str | None
) -> None:
    """6.1 under 0.00 was typed 6.10; under General nobody knows."""
    path = tmp_path / "2023.bin"
    cells: list[list[str | float]] = [
        ["活动名称", "活动日期", "主办单位"],
        ["甲", 6.1, "宣传处"],
        ["乙", "6月2日", "宣传处"],
    ]
    if name == "xlsx":
        with xlsxwriter.Workbook(path) as book:
            sheet, style = book.add_worksheet(), book.add_format({"num_format": number_format})
            for r, row in enumerate(cells):
                for c, value in enumerate(row):
                    sheet.write(r, c, value, style if isinstance(value, float) else None)
    else:
        old = xlwt.Workbook(encoding="utf-8")
        sheet, style = old.add_sheet("s"), xlwt.easyxf(num_format_str=number_format)
        for r, row in enumerate(cells):
            for c, value in enumerate(row):
                sheet.write(r, c, value, style) if isinstance(value, float) else sheet.write(
                    r, c, value
                )
        old.save(str(path))
    (block,) = read_file(path, LAYOUTS, "ledger").blocks
    days = [row[block.columns.index("started_on")] for row in block.rows]
    assert days == ([read, "6月2日"] if read else ["6月2日"])
    assert [told.reason[:2] for told in block.broken] == ([] if read else ["B2"])


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("0.00%", "0.1655", "16.55%"), ("0%", "0.5", "50%"), ("00000", "123", "00123"),
        ('0"万"', "12", "12万"), ('0.0"分钟"', "1.5", "1.5分钟"),
        ('General"万"', "12", "12万"), ("0.00", "12.345", "12.345"), ("0.00_ ", "6.1", "6.10"),
        ("#.00", "6.1", "6.10"), (".00", "6.1", "6.10"), ("0.0#", "6", "6"), ("#0.00", "6.3", "6.30"),
    ],
)  # fmt: skip
def test_what_a_number_format_adds(code: str, value: str, text: str) -> None:
    shown = shown_by(164, code)
    assert shown is not None
    assert shown.text(value) == text


@pytest.mark.parametrize(
    "code",
    [
        "General",
        "#,##0",
        "#.##",
        "?0",
        '0"天"',
        '0.0,"万"',
        '[>=10000]0.0,"w";0',
        "yyyy-mm-dd",
        "h:mm",
        "@",
        "0.00E+00",
        '#,##0"元"',
    ],
)
def test_formats_that_add_nothing_to_a_figure(code: str) -> None:
    assert shown_by(164, code) is None


CHINESE = "标题,链接\n示例区城管开展夏季油烟专项检查,http://a.cn/1\n"
OTHERS = {
    "big5": "標題,連結\n香港特區政府公布新措施，市民反應熱烈，條例生效,http://a.cn/1\n",
    "shift_jis": "タイトル,リンク\n東京都の新しい条例が施行されました、市民の反応,http://a.cn/1\n",
    "euc_kr": "제목,링크\n서울시는 새로운 조례를 발표하였다 시민들의 반응은 뜨겁다,http://a.cn/1\n",
}


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "hz"],
)
def test_chinese_text_in_its_encodings(encoding: str) -> None:
    assert decode(CHINESE.encode(encoding))[0] == CHINESE


@pytest.mark.parametrize("encoding", OTHERS)
def test_other_encodings_are_read_when_declared_and_refused_when_not(encoding: str) -> None:
    text = OTHERS[encoding]
    with pytest.raises(Unreadable):
        decode(text.encode(encoding))
    page = (
        "<html><head><meta "
        f'charset="{encoding.replace("_", "-")}"></head><body>{text}</body></html>'
    )
    assert decode(page.encode(encoding))[0] == page
    feed = f'<?xml version="1.0" encoding="{encoding.replace("_", "-")}"?><rss>{text}</rss>'
    assert decode(feed.encode(encoding))[0] == feed
