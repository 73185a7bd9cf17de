"""Templates to text: every value is escaped in HTML; only web addresses become links."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports.charts.picture import inline
from reports.formatting import number, numeral, status_zh

if TYPE_CHECKING:
    from collections.abc import Sequence

    import jinja2
    from markupsafe import Markup

    from reports.charts.picture import Picture

    Links = Sequence[tuple[str, str]]
    Shown = list[dict[str, Any]]

# a figure with its unit, or a day; 10W+ is left alone
_FIGURE = re.compile(
    r"\d+月\d+日|[−+]?\d[\d,"
    r"]*(?:\.\d+)?(?:%|万?(?:篇次|人次|[人次篇场件项个条天位月日周年]|小时)?)(?![\dW])"
)
TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
_FILLS = {
    "met": "#10614E",
    "ok": "#166AC3",
    "risk": "#AB7111",
    "bad": "#A91B15",
    "nd": "#7A848E",
}  # of the bars, by palette key
_PAGE_POLICY = (
    "default-src 'none'; img-src 'self' file:; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'"
)


def environment(*, escape: bool = True) -> jinja2.Environment:
    """Return the templates' environment, escaping unless the output is plain text."""
    import jinja2

    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=escape,  # noqa: S701 - off for the plain text part only
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    env.filters |= {
        "number": number,
        "status": status_zh,
        "numeral": numeral,
        "link": safe_link,
        "nums": unbroken,
    }
    return env


def unbroken(text: str, opening: str = '<span class="n">') -> Markup:
    """Return text escaped, each figure with its unit in a span that does not break over two lines."""
    from markupsafe import Markup, escape

    parts, end = [], 0
    for found in _FIGURE.finditer(text):
        # our own tags
        parts += [
            escape(text[end : found.start()]),
            Markup(opening),  # noqa: S704
            escape(found[0]),
            Markup("</span>"),
        ]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


def safe_link(url: str | None) -> str | None:
    """Return the address when it is of the web, else None."""
    return url if url and url.startswith(("http://", "https://")) else None


def mail_html(story: dict[str, Any], pictures: list[Picture], links: Links = ()) -> str:
    """Return the mail's HTML.

    Styles on the elements, pictures by content id, one a growth target and at most four.
    """
    import css_inline

    shown = [_shown(picture, f"cid:{picture.name}", story) for picture in inline(pictures)]
    inliner = css_inline.CSSInliner(keep_style_tags=False, load_remote_stylesheets=False)
    page = str(inliner.inline(_page(story, shown, [], links, policy="")))
    return re.sub(r' class="[^"]*"', "", page)  # mail clients know no classes; Gmail cuts at 102 kB


def page_html(story: dict[str, Any], pictures: list[Picture], links: Links = ()) -> str:
    """Return index.html: the same report with all charts, as files beside it."""
    shown = [_shown(picture, f"{picture.name}.png", story) for picture in pictures]
    first = {picture.name for picture in inline(pictures)}
    growth, more = (
        [one for one in shown if (one["name"] in first) == is_first] for is_first in (True, False)
    )
    return _page(story, growth, more, links, policy=_PAGE_POLICY)


def mail_text(story: dict[str, Any]) -> str:
    """Return the text part: the full story with the same figures."""
    return environment(escape=False).get_template("report.txt.j2").render(s=story)


def _page(story: dict[str, Any], pictures: Shown, more: Shown, links: Links, *, policy: str) -> str:
    template = environment().get_template("mail.html.j2")
    style = (TEMPLATES / "mail.css").read_text("utf-8")
    return template.render(
        s=story, pictures=pictures, more=more, links=links, style=style, policy=policy, fills=_FILLS
    )


def _shown(picture: Picture, src: str, story: dict[str, Any]) -> dict[str, Any]:
    findings = {f"growth_{row['id']}": row["title"] for row in story["growth"]}
    finding = findings.get(picture.name, picture.title)
    return {
        "name": picture.name,
        "title": picture.title,
        "finding": finding,
        "src": src,
        "height": picture.height,
        "alt": picture.alt,
    }
