"""Texts of every kind that people and platforms write, and a model that reads each with every
macro: both engines must agree on all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.models.test_functions import COUNTS, DATES, OTHERS
from tests.models.test_values import LINES

if TYPE_CHECKING:
    from collections.abc import Iterable

MORE = [
    "123\n", "\n123", "12.5万", "1234.5678万", "0.00012亿", "1e5", "-1.5", "123456789012345",
    "1234567890123456", "12345678.0", "０．５％", "<0.1%", "100%",
    "\u00a012\u3000", "\u200b标题\ufeff", "1:2:3", "90分", "2小时", "3.5时", "30s", "12:30",
    "24:00", "9时5分", "9:05 pm", "12:10 AM", "下午3:20",
    "2023-06-01T08:30:00Z", "2023-06-01T08:30:00.25+05:30", "20230601T083000Z",
    "Thu, 1 Jun 2023 08:30:00 GMT", "Thu, 01 Jun 2023 23:30:00 -0500",
    "3-Jun-23", "3-Jun-70", "13-jun-2023 08:00", "45078.354166", "1685579400000", "6月1日 8:30",
    "6.1", "2023.6.1", "2023年6月", "202306.0", "7月15日—8月2日",
    "刚刚", "5分钟前", "3小时前", "2天前", "1周前", "昨天 09:30", "前天", "今天18:00", "√", "×",
    "Y", "no", "None", "——",
    "手机13812345678，身份证310101199001011234", "电话 138-1234-5678。", "a$b\\c{1}",
    "[城管]【上】夜查_要闻", "标题--网", "  a  b  ", "Ａｂｃ１２３！", "🙂标题🙂",
    "\u2028x\u0085y\r",
    "https://www.google.com/url?url=http%3A%2F%2Fn.cn%2Fa+b%20c&x=1",
    "https://www.bing.com/x?url=http%zz", "https://google.com/u?url=http%E4%BD",
    "http://mp.weixin.qq.com/s?mid=5&idx=2&__biz=A==",
    "https://www.m.example.cn/a/?from=x&utm_source=y&id=3&key=4", "链接：https://a.cn/b，c",
    "正面（0.98）", "Positive", "非负面", "中立", "消极信息", "暂无数据",
]  # fmt: skip


def texts() -> Iterable[str]:
    """Give every text once."""
    return dict.fromkeys(
        [
            *COUNTS,
            *(text for _, text, _ in OTHERS),
            *(text for _, text, _ in DATES),
            *(line[1] for line in LINES),
            *MORE,
        ]
    )


_ONE = (  # noqa: SIM905 - names
    "half_width is_blank to_text is_capped is_estimate to_number to_net to_count is_bound "
    "to_percent to_rate to_duration to_bool to_url"
    " to_tone to_span to_id has_clock is_relative relative_has_clock masked plain_title to_caption"
    " wechat_article_id plain_url unwrapped_url canonical_url"
).split()
_DATED = ["to_day", "to_moment", "to_instant", "to_range_start", "to_range_end", "to_month"]
_NUMBER = (
    "normal_cdf(length(x) / 5.0 - 2) as normal, wci_part(length(x), 1, 2, 3) as wci, "
    "cast(length(x) * 12345.678e0 as varchar) as printed, round(length(x) / 3.0e0, 2) as rounded"
)
MODEL = f"""-- 写法
-- grain: x
select x, {", ".join(f"{name}(x) as {name}" for name in _ONE)},
    {", ".join(f"{name}(x, 2026) as {name}" for name in _DATED)},
    relative_moment(x, timestamp '2026-07-15 12:00:00') as relative_moment, {_NUMBER}
from raw.spelling
"""
