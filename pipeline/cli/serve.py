"""`pipeline serve`: the scoreboard, the reports and the warehouse's tables in a browser; loopback, read-only, no network."""

from __future__ import annotations

import io
import re
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from pipeline.base.errors import PipelineError
from pipeline.cli import browse
from pipeline.export.query_formats import write_csv

if TYPE_CHECKING:
    from pipeline.config.home import Home

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".png": "image/png",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_TABLE = re.compile(r"/table/([a-z]+)\.([a-z0-9_]+)(\.csv)?")


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD; everything else, every other host name and every path outside output/ is refused."""

    server: Server
    server_version = "pipeline"
    sys_version = ""
    timeout = 30

    def do_HEAD(self) -> None:
        """Answer like GET without the body."""
        self.do_GET()

    def do_GET(self) -> None:
        """Answer with a page, a table or a file of output/."""
        if not self._host_is_ours():
            self._send(HTTPStatus.FORBIDDEN, b"this server answers to its own name only", "text/plain")
            return
        url = urlsplit(self.path)
        path = unquote(url.path)
        try:
            if path == "/":
                self._send(HTTPStatus.OK, browse.index(self.server.home).encode())
            elif match := _TABLE.fullmatch(path):
                self._table(match[1], match[2], parse_qs(url.query), as_csv=bool(match[3]))
            elif path.startswith("/output/"):
                self._file(path.removeprefix("/output/"))
            else:
                self._send(HTTPStatus.NOT_FOUND, b"not found", "text/plain")
        except browse.NotThereError as error:
            self._send(HTTPStatus.NOT_FOUND, str(error).encode(), "text/plain; charset=utf-8")
        except PipelineError as error:
            self._send(HTTPStatus.SERVICE_UNAVAILABLE, str(error).encode(), "text/plain; charset=utf-8")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - the base class's names
        """Say nothing: requests on loopback are no news."""

    def _host_is_ours(self) -> bool:
        """Refuse names that resolve here from elsewhere (DNS rebinding)."""
        name = (self.headers.get("Host") or "").rpartition(":")[0] or (self.headers.get("Host") or "")
        return name in self.server.names

    def _table(self, schema: str, name: str, query: dict[str, list[str]], *, as_csv: bool) -> None:
        page = browse.read_page(self.server.home, schema, name, query, everything=as_csv)
        if not as_csv:
            self._send(HTTPStatus.OK, browse.table(page).encode())
            return
        text = io.StringIO()
        write_csv(text, page.columns, page.rows)
        self._send(HTTPStatus.OK, text.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8")

    def _file(self, name: str) -> None:
        root = self.server.home.output.resolve()
        try:
            path = (root / name).resolve()
            is_shown = root in path.parents and path.suffix in _TYPES and path.is_file()
        except (OSError, ValueError):  # a name too long, a NUL
            is_shown = False
        if not is_shown:
            raise browse.NotThereError("no such file")
        inline = path.name == "scoreboard.html"  # it carries its own, stricter policy, with the hash of its script
        self._send(HTTPStatus.OK, path.read_bytes(), _TYPES[path.suffix], policy=None if inline else _POLICY)

    def _send(
        self, status: HTTPStatus, body: bytes, kind: str = "text/html; charset=utf-8", policy: str | None = _POLICY
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)


class Server(ThreadingHTTPServer):
    """A server of one home on 127.0.0.1."""

    daemon_threads = True

    def __init__(self, home: Home, port: int) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.home = home
        self.names = {"127.0.0.1", "localhost"}


def serve(home: Home, port: int) -> Server:
    """Return a bound server; the caller says where it is and lets it `serve_forever`."""
    try:
        return Server(home, port)
    except OSError as error:
        raise PipelineError(f"port {port} of 127.0.0.1 cannot be had: {error}. Give another with --port.") from error
