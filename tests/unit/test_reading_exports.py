"""Odd things in platforms' and vendors' exports: what each row must say, in every container."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectors.layout import load_layouts
from collectors.model import Block, ReadResult
from collectors.read.read_file import read_file
from collectors.unreadable import Unreadable
from pipeline.config.checkout import LAYOUT_FOLDER
from pipeline.config.settings import Account
from pipeline.ingest.files.places import require_own
from pipeline.ingest.inbox import InboxFile
from tests.support.containers import CONTAINERS, write_file

LAYOUTS = load_layouts(LAYOUT_FOLDER)
GROWTH = ["时间", "新关注人数", "取消关注人数", "净增关注人数", "累积关注人数"]
DAY = ["2023-06-01", "10", "1", "9", "1009"]
NEXT = ["2023-06-02", "20", "2", "18", "1027"]
NEWS = ["标题", "链接", "发布时间", "媒体名称"]
FEW = ("xlsx", "xls", "csv/gb18030", "html/utf-8")
ACCOUNTS = (
    Account(id="city", name="上海城管", platform="wechat"),
    Account(id="hp", name="黄浦城管", platform="wechat"),
    Account(id="city-dy", name="上海城管", platform="douyin"),
)


def result(path: Path, cells: list[list[str]], container: str, place: str) -> ReadResult:
    write_file(path, {"Sheet1": cells}, container)
    return read_file(path, LAYOUTS, place)


def own(read: ReadResult, below: str = "u.xls") -> None:
    """Ask whether the file may lie in inbox/city, at `below`."""
    require_own(read, InboxFile(Path("/home/inbox/city") / below, "city", "", 0, 0), ACCOUNTS)


def growth(path: Path, cells: list[list[str]], container: str = "xlsx") -> Block:
    (block,) = result(path, cells, container, "account/wechat").blocks
    return block


def text(tmp_path: Path, *lines: str, place: str = "account/wechat", name: str = "f") -> Block:
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", "utf-8")
    (block,) = read_file(path, LAYOUTS, place).blocks
    return block


def column(block: Block, name: str) -> list[str | None]:
    return [row[block.columns.index(name)] for row in block.rows]


def reasons(block: Block) -> list[str]:
    return [broken.reason.partition("。/ ")[0].partition("；")[0] for broken in block.broken]


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize(
    "word", ["合计", "汇总", "日均", "月均", "平均值", "本月合计", "合计（30天）", "全年累计:"]
)
def test_sums_and_means_are_no_days(tmp_path: Path, container: str, word: str) -> None:
    block = growth(tmp_path / "f", [GROWTH, [word, "30", "3", "27", ""], DAY, NEXT], container)
    assert (column(block, "date"), block.broken) == (["2023-06-01", "2023-06-02"], [])


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize(
    "note", ["注：2日有推广", "数据来源：微信公众平台", "* 不含删除的", "统计时间：7月1日"]
)
def test_a_note_below_an_export_is_no_row(tmp_path: Path, container: str, note: str) -> None:
    block = growth(tmp_path / "f", [GROWTH, DAY, [note, "", "", "", ""]], container)
    assert (column(block, "date"), block.broken) == (["2023-06-01"], [])


@pytest.mark.parametrize("note", ["注：以万计", "说明：单位为千人", "注：仅导出前500条"])
def test_a_note_that_changes_figures_or_says_that_some_are_missing_is_not_passed_over(
    tmp_path: Path, note: str
) -> None:
    block = growth(tmp_path / "f", [GROWTH, DAY, [note, "", "", "", ""]])
    assert column(block, "date") == ["2023-06-01", note]  # no day: the row is refused and told


def test_two_files_joined_to_one(tmp_path: Path) -> None:
    """`cat a.csv b.csv`: the second begins with its mark and the same header."""
    head = ",".join(GROWTH)
    block = text(tmp_path, head, ",".join(DAY), f"\ufeff{head}", ",".join(NEXT))
    assert (column(block, "date"), block.broken) == (["2023-06-01", "2023-06-02"], [])


def test_lines_that_a_comma_in_a_figure_cut_are_told(tmp_path: Path) -> None:
    """Row 3 has one cell more than the header, an empty one: 1,234 without quotes and a blank after it."""
    head = "标题,链接,发布时间,媒体名称,阅读数,转发数"
    good, cut = "甲,http://a.cn/1,2023-06-01,示例报,5,", "乙,http://a.cn/2,2023-06-01,示例报,1,234,"
    block = text(tmp_path, head, good, cut, place="news")
    assert column(block, "reads") == ["5"]
    assert [(b.row_number, b.is_fatal) for b in block.broken] == [(3, True)]


def test_lines_that_all_end_with_a_separator_are_whole(tmp_path: Path) -> None:
    head = "标题,链接,发布时间,媒体名称,阅读数"
    rows = [f"甲{n},http://a.cn/{n},2023-06-01,示例报,{n}," for n in (1, 2)]
    block = text(tmp_path, head, *rows, place="news")
    assert (column(block, "reads"), block.broken) == (["1", "2"], [])


@pytest.mark.parametrize("container", FEW)
def test_two_columns_that_may_both_be_the_day(tmp_path: Path, container: str) -> None:
    cells = [
        ["日期", *GROWTH],
        ["2023-06-01", "2023-07-01 10:00", *DAY[1:]],
        ["2023-06-02", "2023-06-02", *NEXT[1:]],
    ]
    block = growth(tmp_path / "f", cells, container)
    assert column(block, "date") == ["2023-06-02"]
    assert reasons(block) == ["B2“2023-07-01 10:00”与A2“2023-06-01”不是同一天，分不清用哪一个"]


def test_a_day_beside_its_clock_or_another_days_clock(tmp_path: Path) -> None:
    block = text(
        tmp_path, "标题,链接,日期,时间,媒体名称",
        "甲,http://a.cn/1,2023-06-01,10:30,示例报",
        "乙,http://a.cn/2,2023-06-01,2023-06-05 11:00,示例报", place="news",
    )  # fmt: skip
    assert column(block, "published") == ["2023-06-01 10:30"]
    assert reasons(block) == ["C3“2023-06-01”与D3“2023-06-05 11:00”不是同一天，分不清用哪一个"]


@pytest.mark.parametrize("label", ["情感分类", "情感类型", "调性", "情感倾向（正/中/负）"])
def test_a_tone_under_its_many_names(tmp_path: Path, label: str) -> None:
    cells = [[*NEWS, label], ["甲", "http://a.cn/1", "2023-06-01", "示例报", "正面"]]
    (block,) = result(tmp_path / "f", cells, "xlsx", "news").blocks
    if label == "情感倾向（正/中/负）":
        assert reasons(block) == [f"表头“{label}”像是“情感”，但写法不能确定，这一列没有读取"]
    else:
        assert (column(block, "tone"), block.broken) == (["正面"], [])


def test_a_figure_of_another_meaning_is_not_to_be_renamed(tmp_path: Path) -> None:
    """昨日播放量 under the label 播放量 would be a wrong figure: the reason does not ask for that."""
    with pytest.raises(Unreadable) as refusal:
        growth(tmp_path / "f", [[*GROWTH[:4], "累积关注人数（同比）"], DAY])
    assert "表头“累积关注人数(同比)”应为“累积关注人数”" in refusal.value.reason_zh
    assert "确是同一项的，请改正后重新提交；不是的，请重新下载" in refusal.value.reason_zh


def test_a_layout_that_is_never_loaded_is_no_advice(tmp_path: Path) -> None:
    """It was said that 发布时间 should be 时间, as in the daily figures that nobody takes in."""
    labels = "视频描述,视频ID,发布时间,完播率,播放量,点赞,评论量,分享量,关注量,转发聊天和朋友圈"
    with pytest.raises(Unreadable, match="最接近“视频号 单篇视频明细”"):
        text(tmp_path, labels, "甲,1,2023-06-01 09:00,1%,1,1,1,1,1,1", place="account/channels")


def test_reads_beside_readers_of_an_article(tmp_path: Path) -> None:
    labels = "内容标题,发表日期,阅读人数,阅读次数,分享人数,分享次数,阅读后关注人数,阅读完成率"
    block = text(tmp_path, labels, "甲,2023-06-01,80,100,4,5,1,45%")
    figures = [column(block, name) for name in ("readers", "reads", "sharers", "shares")]
    assert (figures, block.broken) == ([["80"], ["100"], ["4"], ["5"]], [])


@pytest.mark.parametrize("container", FEW)
@pytest.mark.parametrize("label", ["公众号", "账号名称", "昵称", "帐号"])
def test_an_export_that_names_its_accounts(tmp_path: Path, container: str, label: str) -> None:
    def file(*names: str) -> ReadResult:
        rows = [[name, *line] for name, line in zip(names, (DAY, NEXT), strict=True)]
        return result(tmp_path / "f", [[label, *GROWTH], *rows], container, "account/wechat")

    several = file("上海城管", "黄浦城管")
    assert several.accounts == ["上海城管", "黄浦城管"]
    with pytest.raises(Unreadable, match="文件里有2个账号（上海城管、黄浦城管）的数据"):
        own(several)
    with pytest.raises(Unreadable, match="账号是“黄浦城管”，不该放在 inbox/city（“上海城管”）"):
        own(file("黄浦城管", "黄浦城管"))
    own(file("上海城管", "上海城管"))
    own(file("城管执法局", "城管执法局"))  # as its people call it


def test_a_title_or_a_sheet_names_the_account(tmp_path: Path) -> None:
    titled = [["公众号：黄浦城管 用户增长", "", "", "", ""], GROWTH, DAY]
    with pytest.raises(Unreadable, match="请放入 inbox/hp"):
        own(result(tmp_path / "a", titled, "xls", "account/wechat"))
    sheets = {"上海城管": [GROWTH, DAY], "黄浦城管": [GROWTH, NEXT]}
    write_file(tmp_path / "b", sheets, "xlsx")
    both = read_file(tmp_path / "b", LAYOUTS, "account/wechat")
    with pytest.raises(Unreadable, match="文件里有2个账号"):
        own(both)


@pytest.mark.parametrize("below", ["黄浦城管/u.xls", "6月.zip／黄浦城管／u.xls"])
def test_a_folder_within_names_the_account(tmp_path: Path, below: str) -> None:
    read = result(tmp_path / "f", [GROWTH, DAY], "xlsx", "account/wechat")
    with pytest.raises(Unreadable, match="请放入 inbox/hp"):
        own(read, below)
    own(read, below.replace("黄浦", "上海"))
    own(read, below.replace("黄浦城管", "2023年6月"))


def test_an_author_is_no_account(tmp_path: Path) -> None:
    rows = [["甲", *DAY], ["乙", *NEXT]]
    assert result(tmp_path / "f", [["作者", *GROWTH], *rows], "xlsx", "account").accounts == []


@pytest.mark.parametrize(
    ("days", "year"),
    [
        (("12月30日", "12月31日", "1月1日"), None),  # one year cannot be that of all
        (("12.30", "12.31", "1.1"), None),
        (("12月30日", "12月31日"), 2023),
        (("1月1日", "2月1日", "11月1日", "12月1日"), 2023),
    ],
)
def test_days_without_a_year_that_run_into_the_next(
    tmp_path: Path, days: tuple[str, ...], year: int | None
) -> None:
    lines = [f"{day},10,1,9,1009" for day in days]
    block = text(tmp_path, ",".join(GROWTH), *lines, name="用户增长2023年.csv")
    assert block.default_year == year


def test_json_of_one_record_a_line(tmp_path: Path) -> None:
    """NaN is what programs write for a figure that is missing."""
    lines = [
        f'{{"时间": "{day}", "新关注人数": 1, "取消关注人数": 1, "净增关注人数": 0, "累积关注人数": {n}}}'
        for day, n in (("2023-06-01", "1009"), ("2023-06-02", "NaN"))
    ]
    assert column(text(tmp_path, *lines), "followers") == ["1009", None]
    with pytest.raises(Unreadable, match="接口的错误答复"):
        text(tmp_path, '{"errcode": 40013, "errmsg": "x"}', '{"errcode": 40014, "errmsg": "y"}')
    with pytest.raises(Unreadable, match="第2行第1个字符处"):
        text(tmp_path, *lines[:1], "[]")


def test_struck_out_figures_of_a_page(tmp_path: Path) -> None:
    struck = ["<del>1008</del>1009", "<s>1027</s>", "<strike>1</strike>"]
    head = "".join(f"<th>{label}</th>" for label in GROWTH)
    rows = "".join(
        f"<tr><td>2023-06-0{n}</td><td>1</td><td>1</td><td>0</td><td>{cell}</td></tr>"
        for n, cell in enumerate(struck, 1)
    )
    block = text(tmp_path, f"<table><tr>{head}</tr>{rows}</table>")
    assert column(block, "followers") == ["1009", None, None]
    assert [(one.value, one.is_fatal) for one in block.broken] == [("1027", False), ("1", False)]


@pytest.mark.parametrize(
    ("style", "cell", "struck", "hidden"),
    [
        ("", "<td style='color:red;text-decoration:line-through'>1027</td>", ["1027"], []),
        ("", "<td><span style='TEXT-DECORATION: line-through'>1027</span></td>", ["1027"], []),
        (".xl7{color:red;text-decoration:line-through;}", "<td class=xl7>1027</td>", ["1027"], []),
        ("td, .xl7, .xl8 {text-decoration:line-through}", "<td class='a xl7'>1027</td>", ["1027"], []),
        ("<!-- .xl6{display:none} -->", "<td class=xl6>1027</td>", [], []),
        ("", "<td style='display:none'>1027</td>", [], []),
        ("@media print {.x{display:none} .y{color:red}} .xl7 {text-decoration:line-through}",
         "<td class='x xl7'>1027</td>", ["1027"], []),
        ("", f"<td>1027</td></tr><tr style='display:none'>{4 * '<td>1</td>'}<td>1027</td>", [], ["3"]),
    ],
)  # fmt: skip
def test_styles_of_a_page_cross_out_and_hide(
    tmp_path: Path, style: str, cell: str, struck: list[str], hidden: list[str]
) -> None:
    head = "".join(f"<th>{label}</th>" for label in GROWTH)
    first = "<tr><td>2023-06-01</td><td>1</td><td>1</td><td>0</td>"
    block = text(
        tmp_path, f"<style>{style}</style><table><tr>{head}</tr>{first}{cell}</tr></table>"
    )
    assert column(block, "followers") == (["1027", "1027"] if hidden else [None])
    assert [one.value for one in block.broken] == [*struck, *hidden]
