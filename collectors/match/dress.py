"""Header labels written in another way.

阅读量（万）, 点赞（个）, 阅读数/次, 閱讀量 and Reads are labels of columns declared as 阅读量 and 点赞.

A bracket or a slash may name a unit. A unit that scales (万), a time (分钟) and % are added to each
figure of the column; one that only counts (个, 次) is dropped. 人 and 次 are never exchanged:
阅读（人） is not 阅读次数.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from collectors.layout import plain_label

if TYPE_CHECKING:
    from collectors.layout import Column

_TRADITIONAL = str.maketrans(
    "萬專兩為產們會傳圖個條來體價優儲億關註內兌減淨剪辦務動勢區協單參發變臺號後員頻網結類級線組細織統續編羣群聯職輿薦獲錶裁見觀視覽言計訓訊記講論設訪證評訴詞請讀課談象負責賬質貼資贊讚趨躍轉載轄達近連項領題風鏈鏡長門問間聞閱險麵頁鐵鈴場塊對導屬時機構標欄樣樓歡氣測瀏漲點熱狀監稱積簡篇簽節數總過進選遲郵採錄鐘夠學實審寬賓飾處備複復獎媒滿應態慣擊據擴攝撥損換揚敵齡圍圓執報壞彈錢",
    "万专两为产们会传图个条来体价优储亿关注内兑减净剪办务动势区协单参发变台号后员频网结类级线组细织统续编群群联职舆荐获表裁见观视览言计训讯记讲论设访证评诉词请读课谈象负责账质贴资赞赞趋跃转载辖达近连项领题风链镜长门问间闻阅险面页铁铃场块对导属时机构标栏样楼欢气测浏涨点热状监称积简篇签节数总过进选迟邮采录钟够学实审宽宾饰处备复复奖媒满应态惯击据扩摄拨损换扬敌龄围圆执报坏弹钱",
)  # fmt: skip
_ENGLISH = {
    "reads": ("阅读数", "阅读量"), "readcount": ("阅读数", "阅读量"),
    "likes": ("点赞数", "点赞量", "点赞"), "comments": ("评论数", "评论量", "评论"),
    "shares": ("转发数", "转发量", "转发", "分享数", "分享量"),
    "favorites": ("收藏量", "收藏数", "收藏"), "plays": ("播放量", "播放数"),
    "views": ("阅读数", "阅读量", "浏览量", "播放量", "观看次数"),
    "followers": ("粉丝数", "总粉丝数"), "title": ("标题",), "url": ("链接",), "link": ("链接",),
    "date": ("日期",), "source": ("媒体名称",), "author": ("作者",),
}  # fmt: skip
SCALES = {"万": "万", "w": "万", "千": "千", "k": "千", "百万": "百万", "千万": "千万", "亿": "亿"}
_COUNTED = (
    "人次",
    "次",
    "人",
    "个",
    "条",
    "篇",
    "场",
    "家",
    "份",
    "部",
    "件",
    "户",
    "位",
    "名",
    "元",
    "粉",
    "起",
    "张",
    "期",
    "项",
    "",
)
_TIMES = {
    "秒": "",
    "s": "",
    "sec": "",
    "分钟": "分钟",
    "分": "分钟",
    "min": "分钟",
    "小时": "小时",
    "h": "小时",
    "时": "小时",
}
_UNIT = re.compile(
    rf"(?:计?量?单位[:为是]?)?({'|'.join(sorted(SCALES, key=len, reverse=True))}"
    rf")?({'|'.join(_COUNTED)})"
)
_TAIL = re.compile(r"(.+?)(?:\(([^()]*)\)|\[([^\[\]]*)\]|【([^【】]*)】|[/·_]([^/·_]+))")
_WORDS = re.compile(
    r"(?:必填|选填|可选|可不填|年-?月-?日|年/月/日|y{4}.*|格式.*|如:?.*|例:?.*|全称|北京时间"
    r"|合计|小计|总计|总数)"
)
_PEOPLE = re.compile("人|粉丝|关注|观众|受众|用户")
_FIGURES = frozenset({"count", "net", "number"})
_STEM = re.compile(r"^总?(.+?)(?:次数|总数|总量|篇数|条数|数量|数|量)?$")


@dataclass(frozen=True)
class Dress:
    """A label without its dress.

    What it may be declared as, the scale and the counted thing or time its unit names.
    """

    bases: tuple[str, ...]
    scale: str = ""
    counted: str = ""
    time: str | None = None
    is_percent: bool = False


@lru_cache(maxsize=20_000)
def undressed(label: str) -> Dress:
    """Take a plain label's script, unit and remarks off."""
    text = plain_label(label).translate(_TRADITIONAL).strip("*:/")
    dress = Dress((text,))
    while found := _TAIL.fullmatch(text):
        inner = next(group for group in found.groups()[1:] if group is not None).strip("*()[]【】")
        unit = unit_of(inner)
        if unit is None and not _WORDS.fullmatch(inner):
            break
        text = found[1].strip("*:/")
        dress = Dress(
            (text,), *(unit or (dress.scale, dress.counted, dress.time, dress.is_percent))
        )
    names = _ENGLISH.get(text) or ((text, text.rpartition("/")[2]) if "/" in text else (text,))
    return Dress(names, dress.scale, dress.counted, dress.time, dress.is_percent)


def unit_of(text: str) -> tuple[str, str, str | None, bool] | None:
    """Return (scale, counted thing, time, whether %) when the whole text is a unit."""
    bare = re.sub(r"^计?量?单位[:为是]?", "", text)
    if bare == "%":
        return "", "", None, True
    if bare in _TIMES:
        return "", "", _TIMES[bare], False
    found = _UNIT.fullmatch(text)
    return (SCALES.get(found[1] or "", ""), found[2], None, False) if found and bare else None


def is_dress(text: str) -> bool:
    """Return whether a text says only how a column is filled: （万人）, 年月日, 必填."""
    bare = text.strip("*()[]【】")
    return unit_of(bare) is not None or bool(_WORDS.fullmatch(bare))


def fits(column: Column, dress: Dress) -> bool:
    """Return whether the undressed label and its unit can be the column's.

    The label is one of the column's, the unit one that such a column can have.
    """
    label = next(
        (wanted for wanted in column.plain_labels if _same(column, wanted, dress.bases)), None
    )
    if label is None:
        return False
    if dress.is_percent:
        return column.kind in ("rate", "percent")
    if dress.time is not None:
        return column.kind in ("seconds", "span") and undressed(label).time in (None, "")
    if dress.scale and column.kind not in _FIGURES:
        return False
    if dress.counted == "人":
        return bool(_PEOPLE.search(label))
    return not dress.counted or dress.counted == "人次" or "人数" not in label


def suffix_of(column: Column, dress: Dress) -> str:
    """Return the unit that belongs to each figure of the column: 万, 分钟, % or nothing."""
    if dress.is_percent:
        return "%" if column.kind == "rate" else ""
    return dress.time or dress.scale


@lru_cache(maxsize=5_000)
def names_of(labels: tuple[str, ...]) -> frozenset[str]:
    """Return the labels of a column and their stems."""
    return frozenset([*labels, *map(stem, labels)])


@lru_cache(maxsize=20_000)
def stem(label: str) -> str:
    """Return a metric's name without the word for an amount: 阅读数, 阅读量, 总阅读次数 are 阅读."""
    found = _STEM.fullmatch(label)
    return found[1] if found else label


def _same(column: Column, wanted: str, bases: tuple[str, ...]) -> bool:
    if wanted in bases:
        return True
    one = 2  # a single sign is no metric's name
    return column.kind in ("count", "net") and any(
        len(stem(b)) >= one and stem(wanted) == stem(b) for b in bases
    )
