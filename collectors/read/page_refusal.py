"""Say what a web page is that is neither an export nor an article nor a list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

_ALWAYS = "请登录后重新下载导出文件。"
_SAVE = "请打开文章或列表本身，用浏览器另存为“网页，仅HTML”后重新提交。"
_CHECK = "请核对网址后重新保存。"
# 公众号 and others say so on a page without a title
_GONE = re.compile(
    "已被?(?:发布者|作者)?(?:删除|屏蔽|注销|冻结)|(?:无法|不能|停止)(?:查看|访问|浏览)"
    "|已迁移|涉嫌违[反规]"
)
_MANY_LINKS, _LITTLE_TEXT, _SHORT = 15, 80, 500


def about_page(soup: BeautifulSoup) -> tuple[str, str]:
    """Return what the page is and what to do, in Chinese and English."""
    title = " ".join(soup.title.get_text().split()) if soup.title else ""
    name = f"这是网页（{title or '无标题'}）"
    kind, en, remedy = _kind(soup, title)
    return f"{name}，{kind}。{remedy}", f"A web page ({title or 'untitled'}): {en}."


# one kind a return
def _kind(soup: BeautifulSoup, title: str) -> tuple[str, str, str]:  # noqa: PLR0911
    text = "".join(soup.get_text().split())
    is_short = len(text) < _SHORT
    asks = soup.find("input", type="password") or re.search(
        "登录|登陆|login|sign ?in|扫码", title, re.IGNORECASE
    )
    if asks or (is_short and re.search("登[录陆]|扫[码一]", text)):
        return "是登录页，不是导出文件", "a login page, no export", _ALWAYS
    if re.search("验证码|安全验证|人机验证|完成验证|访问过于频繁|环境异常", title + text[:2000]):
        return "是验证页", "a page that wants a check", "请在浏览器中通过验证后重新保存。"
    if re.search("404|403|50[0-9]|不存在|已删除|找不到|错误页", title) or (
        len(text) < _LITTLE_TEXT and re.search("404|不存在|已删除|找不到", text)
    ):
        return "是出错页，内容已不存在", "an error page", _CHECK
    if is_short and _GONE.search(text):
        return "内容已被删除、迁移或不能查看", "a page whose content is gone", _CHECK
    asks = soup.find("input", attrs={"name": re.compile("^(wd|q|query|keyword|kw|word)$")})
    if re.search("搜索|检索|search", title, re.IGNORECASE) or (asks and not soup.find("h1")):
        return "是搜索页，其中的结果不能识别", "a search page whose results are not known", _SAVE
    if len(text) < _LITTLE_TEXT and soup.find("script"):
        return (
            "内容由脚本载入，保存的文件里没有正文",
            "an empty page filled by scripts",
            "请等页面载入完后用浏览器另存，或提交导出文件。",
        )
    if len(soup.find_all("a")) >= _MANY_LINKS:
        return (
            "是首页、栏目页或没有日期的列表，没有可识别的文章",
            "a front page or a list without dates",
            _SAVE,
        )
    return (
        "里面没有表格，也没有可识别的文章；很可能是登录页或普通网页",
        "without a table or an article, probably a login page",
        _ALWAYS,
    )
