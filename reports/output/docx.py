"""report.docx: the report as an official document (公文) for the office to edit and forward.

The same words as mail and page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reports.chapters import due_lines
from reports.formatting import day_zh, numeral

if TYPE_CHECKING:
    from reports.charts.picture import Picture

_COLOURS = {"met": "10614E", "ok": "166AC3", "risk": "8A5600", "bad": "A91B15", "nd": "5C6775"}
_LISTED = 4  # projects named in the text


# a datetime
def document(story: dict[str, Any], pictures: list[Picture], made_at: Any) -> bytes:  # noqa: ANN401
    """Return the document.

    What a leader must know, then each chapter, then what is proposed, then the data notes.
    """
    from reports.output.gongwen import Paper

    paper, period = Paper(story["title"], made_at), story["period"]
    if story["office"]:
        paper.title(story["office"])
    paper.title(period.document_zh)
    paper.under_title(f"（数据截至{story['as_of_day'].year}年{story['as_of']}）")
    chapters = [
        ("总体情况", _summary), ("指标进展", _targets), (f"{period.name_zh}变化", _changes),
        ("账号运行", _accounts),
        ("媒体报道", _media), ("各单位情况", _units), ("项目推进", _projects),
        ("舆情处置", _incidents), ("文章", _articles),
        ("下步工作（供审定）", _next), ("数据说明", _notes),
    ]  # fmt: skip
    for place, (name, write) in enumerate(chapters, 1):
        paper.heading(f"{numeral(place) if place <= 10 else '十' + numeral(place - 10)}、{name}")  # noqa: PLR2004
        write(paper, story, pictures)
    as_of = story["as_of_day"]
    paper.signature([story["office"] or "　", f"{as_of.year}年{day_zh(as_of)}"])
    return paper.save()


def _summary(paper: Any, story: dict[str, Any], _: list[Picture]) -> None:  # noqa: ANN401
    paper.body(
        f"{''.join(story['verdict'])}时序进度为{story['gone']}，全年还剩{story['days_left']}天。"
        f"{story['lead']}"
    )
    for note in story["commentary"]:
        paper.body(note)


def _targets(paper: Any, story: dict[str, Any], pictures: list[Picture]) -> None:  # noqa: ANN401
    cards = story["cards"]
    paper.caption("表1　年度指标进展")
    rows = [
        [
            f"{card['name']}（{card['unit']}）", card["actual"], card["target"],
            card["progress"], card["gap"], f"{card['mark']} {card['status']}",
        ]
        for card in cards
    ]  # fmt: skip
    paper.table(
        ["指标", "实际", "目标", "进度", "还差", "状态"],
        rows,
        [(66, "l"), (19, "r"), (19, "r"), (15, "r"), (17, "r"), (22, "c")],
        [_COLOURS[card["key"]] for card in cards],
    )
    gains = "".join(f"{card['name']}增量完成率{card['gain']}。" for card in cards if card["gain"])
    paper.remark(f"注：进度为实际与目标之比，时序进度为{story['gone']}。{gains}")
    drawn = {
        picture.name.removeprefix("growth_"): picture
        for picture in pictures
        if picture.name.startswith("growth_")
    }
    for place, card in enumerate([card for card in cards if card["id"] in drawn], 1):
        paper.body(card["say"], lead=f"{card['name']}：")
        paper.picture(drawn[card["id"]].png, drawn[card["id"]].alt)
        paper.caption(f"图{place}　{drawn[card['id']].title}（虚线为时序进度，浅色为常见范围）")
    others = [card for card in story["pressed"] if card["id"] not in drawn]
    if others:
        paper.body("".join(f"{card['name']}{card['say']}" for card in others))


def _changes(paper: Any, story: dict[str, Any], _: list[Picture]) -> None:  # noqa: ANN401
    period, rows = story["period"], story["changes"]
    if rows:
        paper.caption(f"表2　{period.name_zh}变化")
        heads = ["指标", "口径", period.name_zh, period.before_zh, *story["change_heads"]]
        cells = [
            [row["name"], row["what"], row["now"], row["before"], row["need"], row["compared"]]
            for row in rows
        ]
        columns = [(54, "l"), (25, "l"), (17, "r"), (17, "r"), (27, "r"), (20, "r")]
        paper.table(heads, cells, columns)
        paper.remark("注：“—”为无可比数据。")
    # a month's are in their own chapters
    for line in story["news"] if period.kind == "weekly" else ():
        paper.body(line)
    if not rows:
        paper.body("没有可比的数据。")


def _accounts(paper: Any, story: dict[str, Any], _: list[Picture]) -> None:  # noqa: ANN401
    paper.body(story["accounts"]["head"])
    late = [
        f"“{row['name']}”{row['status']}" for row in story["accounts"]["rows"] if row["key"] != "ok"
    ]
    if late:
        paper.body(f"{'、'.join(late)}。")


def _media(paper: Any, story: dict[str, Any], _: list[Picture]) -> None:  # noqa: ANN401
    media = story["media"]
    if not media["is_known"]:
        paper.body("没有可列的媒体报道记录。")
        return
    levels = "、".join(
        f"{row['name']}媒体{row['positive']}篇次" for row in media["levels"] if row["has_positive"]
    )
    paper.body(media["head"] + (f"正面报道按媒体级别为{levels}。" if levels else ""))


def _units(paper: Any, story: dict[str, Any], _: list[Picture]) -> None:  # noqa: ANN401
    units = story["units"]
    paper.body(units["head"] or "没有可列的单位情况。")
    if units["rows"]:
        paper.caption("表3　各单位今年宣传成果（正面报道为篇次）")
        heads = ["名次", "单位", "正面报道", "宣传活动", "新媒体产品", "直播"]
        names = (
            "rank",
            "name",
            "positive_reports",
            "activities",
            "new_media_products",
            "livestreams",
        )
        columns = [(16, "c"), (40, "l"), (26, "r"), (26, "r"), (28, "r"), (20, "r")]
        paper.table(heads, [[row[name] for name in names] for row in units["rows"]], columns)
    if units["silent"]:
        paper.remark(f"今年未报单位：{'、'.join(units['silent'])}。")


def _projects(paper: Any, story: dict[str, Any], _: list[Picture]) -> None:  # noqa: ANN401
    projects = story["projects"]
    paper.body(projects["head"] + "".join(due_lines(projects["soon"])))
    if projects["late"]:
        newest = projects["late"][-_LISTED:][::-1]
        more = f"等{len(projects['late'])}项" if len(projects["late"]) > _LISTED else ""
        names = "、".join(item["name"] for item in newest)
        paper.body(
            f"已超计划时限、尚未收到开展材料的有{names}{more}，名单见附表，请责任部门及时补报。"
        )


def _incidents(paper: Any, story: dict[str, Any], _: list[Picture]) -> None:  # noqa: ANN401
    paper.body(story["incidents"]["new"] + story["incidents"]["head"])


def _articles(paper: Any, story: dict[str, Any], _: list[Picture]) -> None:  # noqa: ANN401
    works, name = story["articles"], story["period"].name_zh
    best = "；".join(
        f"《{row['title']}》（{row['by']}，{row['on']}）{row['reads']}" for row in works["best"][:3]
    )
    if best:
        paper.body(f"{best}。", lead=f"{name}阅读最高：")
    listed = "、".join(f"《{row['title']}》（{row['reads']}）" for row in works["works"][:3])
    paper.body(
        f"今年“10W+”作品{works['works_total']}篇，阅读较高的有{listed}。"
        if listed
        else "今年还没有“10W+”作品。"
    )


def _next(paper: Any, story: dict[str, Any], _: list[Picture]) -> None:  # noqa: ANN401
    """Write what follows from the figures alone; assignments and dates are the office's to add."""
    lines = [card["press"] for card in story["pressed"]]
    if story["projects"]["soon"]:
        lines.append(f"请责任部门按期落实30日内到期的{len(story['projects']['soon'])}项宣传项目。")
    if story["units"]["silent"]:
        lines.append(f"请{len(story['units']['silent'])}个未报单位尽快报送。")
    for place, line in enumerate(lines or ["各项指标按目前进度推进。"], 1):
        paper.body(line, lead=f"{numeral(place)}是" if lines else "")


def _notes(paper: Any, story: dict[str, Any], _: list[Picture]) -> None:  # noqa: ANN401
    paper.body("".join(story["notes"]))
    paper.body("各项指标的口径见附表“说明”。", keep=True)
