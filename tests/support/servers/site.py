"""A government site as a process of its own.

`python -m tests.support.servers.site FOLDER` prints its port.

Every request is a line of FOLDER/visits.txt: path, and what it was told to know already.
FOLDER/robots.txt is served when it is there.
The path says what an article does: `shaky` (500 twice, then right), `down` (always 503), `drip` (a
byte now and then), `away` (redirects
to another host), `moved` (redirects within the site), `captcha`, `cut` (half a body), `gone` (404),
`huge`.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

REDIRECTS = {"away": "http://evil.example/", "moved": "/channel_8/20260714/there.html"}
REFUSALS = {"down": 503, "gone": 404}
SITE = '<meta name="SiteName" content="示例市城管执法局">'
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><item><title>门责制示范路</title><link>https://a.example.cn/9</link>
<pubDate>Tue, 14 Jul 2026 08:00:00 GMT</pubDate><source>示例网</source></item></channel></rss>"""


def listing(names: list[str], following: str = "") -> str:
    """Play a list page with one article for each name, and navigation that looks alike."""
    items = "".join(
        (
            f'<li><a href="/channel_8/{name}" title="{name} '
            f'的完整标题">{name}…</a><span>2026-07-14</span></li>'
        )
        for name in names
    )
    return (
        f'<html><head>{SITE}</head><body><a href="/channel_1/index.html" '
        f'title="首页">首页</a><ul>{items}</ul>{following}</body></html>'
    )


def article(path: str) -> str:
    """Play an article published on 14 July 2026 at 16:08."""
    head = (
        f'{SITE}<meta name="ArticleTitle" content="{path.rpartition("/")[2]} 的完整标题"><meta '
        'name="PubDate" content="2026-07-14 16:08:00">'
    )
    return f'<html><head>{head}</head><body><div id="ivs_content">正文</div></body></html>'


class Site(BaseHTTPRequestHandler):
    """Answers by path."""

    folder: ClassVar[Path]
    seen: ClassVar[Counter[str]] = Counter()

    def do_GET(self) -> None:
        known = self.headers.get("If-None-Match") or "-"
        with (self.folder / "visits.txt").open("a", encoding="utf-8") as file:
            file.write(f"{self.path} {known} {self.headers['Host']}\n")
        self.seen[self.path] += 1
        if self.path == "/robots.txt":
            robots = self.folder / "robots.txt"
            self.send(200, robots.read_bytes()) if robots.exists() else self.send(404, b"")
        elif self.path.startswith("/lists/"):
            self.send_list(known)
        elif self.path == "/feed":
            self.send(200, FEED.encode(), ETag='"f1"')
        else:
            self.send_article()

    def send_list(self, known: str) -> None:
        """/lists/a,b,c lists a, b and c; /lists/a,b/2 is its second page."""
        tag = f'"{self.path}"'
        if known == tag:
            self.send(304, b"")
            return
        names = self.path.removeprefix("/lists/").removesuffix(".html").split("/")[0].split(",")
        second = (
            '<a class="next" href="/lists/20260714/z.html">下一页</a>' if "first" in names else ""
        )
        self.send(
            200, listing([f"20260714/{name}.html" for name in names], second).encode(), ETag=tag
        )

    def send_article(self) -> None:
        name = self.path.rpartition("/")[2].removesuffix(".html")
        text = article(self.path)
        if name == "shaky" and self.seen[self.path] <= 2:
            self.send(500, b"busy")
        elif name == "drip":
            self.send(200, b"", length=5000)
            for _ in range(100):
                self.wfile.write(b"<")
                time.sleep(0.1)
        elif name == "cut":
            self.send(200, text.encode()[:50], length=5000)
        elif name in REDIRECTS:
            self.send(302, b"", Location=REDIRECTS[name])
        elif name in REFUSALS:
            self.send(REFUSALS[name], b"")
        elif name == "captcha":
            self.send(200, "<html><body><h1>请输入验证码</h1></body></html>".encode())
        else:
            padding = b" " * 300_000 if name == "huge" else b""
            self.send(200, text.encode("gb18030" if name == "old" else "utf-8") + padding)

    def send(self, status: int, content: bytes, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content) if length is None else length))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main() -> None:
    """Serve until killed."""
    Site.folder = Path(sys.argv[1])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
