"""What the error codes of the WeChat API mean and what is done about each (sources.

Developers.weixin.qq.com, error code pages).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reach = Literal["call", "account", "day"]


@dataclass(frozen=True)
class Rule:
    """`again`: retry, renew the token, or give up; `stops`.

    This call, the account's run, or the account until tomorrow.
    """

    advice: str
    again: Literal["retry", "renew", "no"] = "no"
    stops: Reach = "account"
    transient: bool = False


_TOKEN = Rule(
    "换过一次凭证仍不被接受。请核对 app_id 与环境变量里的 AppSecret，并确认没有别的程序在重置它。",
    again="renew",
)
_BUG = Rule("采集程序的请求有误，请把这一行告诉开发者。", stops="call")
_SPAN = Rule(
    (
        "日期或跨度不被接受：结束日须早于今天，用户数据始于 2014-12-01，内容数据始于 "
        "2025-11-01。请改小 days。"
    ),
    stops="call",
)
_BANNED = Rule(
    "该帐号没有权限（未认证、接口被封或帐号受限）。请改用后台导出的文件，并删去这一段 [[fetch]]。"
)

RULES: dict[int, Rule] = {
    -1: Rule("平台繁忙，已多次重试。系统下次会再取。", again="retry", stops="call", transient=True),
    40001: _TOKEN,
    40014: _TOKEN,
    42001: _TOKEN,
    40013: Rule("app_id 不对，请改正 pipeline.toml。"),
    40125: Rule("AppSecret 不对，请核对环境变量。"),
    40164: Rule(
        "请在公众号后台“设置与开发 → 基本配置 → IP 白名单”里加上这个 IP，约 5 分钟后生效。"
    ),
    41001: _BUG,
    43002: _BUG,
    44002: _BUG,
    47001: _BUG,
    45009: Rule("当日调用次数已用完，这个帐号今天不再采集，明天自动恢复。", stops="day"),
    45011: Rule("调用太频繁。系统下次会再取。", again="retry", transient=True),
    47009: Rule("这个接口已停用，请升级程序。", stops="call"),
    48001: _BANNED,
    48004: _BANNED,
    50002: _BANNED,
    61500: _SPAN,
    61501: _SPAN,
    61503: Rule("平台尚未算完。系统下次会再取。", stops="call", transient=True),
}
UNKNOWN = Rule("程序不认识这个错误码，请查微信开发文档，或把这一行告诉开发者。", stops="call")
