"""A real HTTP server of group chats.

`python -m tests.support.servers.chat FOLDER` prints its port. Whatever is posted to /ok/…
is kept and taken; /no/… is refused; /never/… gets no answer.
"""

from __future__ import annotations

import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Chat(BaseHTTPRequestHandler):
    folder: Path

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path.startswith("/never"):
            time.sleep(600)
        taken = self.path.startswith("/ok")
        if taken:
            (self.folder / f"{time.monotonic_ns()}.json").write_bytes(content)
        self.send_response(200 if taken else 403)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main(folder: str) -> None:
    Chat.folder = Path(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Chat)
    server.daemon_threads = True
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])
