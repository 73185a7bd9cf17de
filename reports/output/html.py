"""Templates to text: every value is escaped in HTML; only web addresses become links."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports.formatting import number, outlook_zh, status_zh

if TYPE_CHECKING:
    import jinja2

    from reports.charts.catalog import Picture

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
GROWTH = ("growth_wechat_followers", "growth_wechat_reads", "weekly_reads")
_PAGE_POLICY = (
    "default-src 'none'; img-src 'self' file:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
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
    env.filters |= {"number": number, "status": status_zh, "outlook": outlook_zh, "link": safe_link}
    return env


def safe_link(url: str | None) -> str | None:
    """Return the address when it is of the web, else None."""
    return url if url and url.startswith(("http://", "https://")) else None


def mail_html(story: dict[str, Any], pictures: list[Picture]) -> str:
    """Return the mail's HTML: styles on the elements, pictures by content id, at most four."""
    import css_inline

    shown = [_shown(picture, f"cid:{picture.name}") for picture in pictures if picture.inline]
    inliner = css_inline.CSSInliner(keep_style_tags=False, load_remote_stylesheets=False)
    return str(inliner.inline(_page(story, shown, policy="")))


def page_html(story: dict[str, Any], pictures: list[Picture]) -> str:
    """Return index.html: the same report with all charts, as files beside it."""
    placed = {"targets", *GROWTH}
    shown = [_shown(picture, f"{picture.name}.png", more=picture.name not in placed) for picture in pictures]
    return _page(story, shown, policy=_PAGE_POLICY)


def mail_text(story: dict[str, Any]) -> str:
    """Return the text part: the full story with the same figures."""
    return environment(escape=False).get_template("report.txt.j2").render(s=story)


def _page(story: dict[str, Any], pictures: list[dict[str, Any]], *, policy: str) -> str:
    template = environment().get_template("report.html.j2")
    style = (TEMPLATES / "mail.css").read_text("utf-8")
    return template.render(s=story, pictures=pictures, growth=GROWTH, style=style, policy=policy)


def _shown(picture: Picture, src: str, *, more: bool = False) -> dict[str, Any]:
    return {"name": picture.name, "src": src, "height": picture.height, "alt": picture.alt, "more": more}
