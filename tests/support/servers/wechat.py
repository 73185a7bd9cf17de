"""The WeChat API as a process of its own.

`python -m tests.support.servers.wechat FOLDER [APP=MODE …]` prints its port.

Every call is a line of FOLDER/calls.txt: app, path, first and last day asked for. Modes, an app
each (default `good`):
expired (its first token is refused from the second call on), quota (45009 at the second call), ip
(40164 for the token), delay (the
first getbizsummary is not ready), shaky (500, then busy, then right), cut (half a body), drip (a
byte now and then), redirect, huge,
echo (the answer repeats the token), secret (wrong secret), refused (every data call says 40001),
busy (every one says -1), span (61501 for getusersummary).
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

SECRET = "s3cret-of-the-account"
SPANS = {
    "getusersummary": 7,
    "getusercumulate": 7,
    "getbizsummary": 30,
    "getarticletotaldetail": 1,
    "getarticleread": 1,
    "getarticleshare": 1,
}
ERRORS = {
    "expired": (42001, "access_token expired rid: 1"),
    "refused": (40001, "invalid credential, access_token is invalid or not latest rid: 2"),
    "quota": (45009, "reach max api daily quota limit rid: 3"),
    "ip": (40164, "invalid ip 203.0.113.21 ipv6 ::ffff:203.0.113.21, not in whitelist rid: 4"),
    "span": (61501, "date range error rid: 5"),
    "busy": (-1, "system error"),
    "secret": (40125, f"invalid appsecret {SECRET} rid: 6"),
}
Answer = dict[str, Any]
LIVE: Answer = {
    "export_id": "export/1",
    "live_start_time": 1784199600,
    "live_duration_in_seconds": 5400,
    "total_audience_count": 4891,
    "new_follow_count": 24,
}
LIVES: dict[str, Answer] = {
    "get_finder_attr_by_appid": {
        "errcode": 0,
        "errmsg": "ok",
        "finder_attr": {"uniq_id": "sph", "nickname": "示例", "fans_count": 5330},
    },
    "get_finder_live_data_list": {
        "errcode": 0,
        "item": [LIVE],
        "last_buffer": "two",
        "continue_flag": True,
    },
    "get_finder_live_data_listtwo": {
        "errcode": 0,
        "item": [LIVE | {"export_id": "export/2", "live_start_time": 1784804400}],
        "continue_flag": False,
    },
}


def figures(name: str, first: date, last: date) -> list[Answer]:
    """Play each day.

    5 + 2 new and 1 + 0 lost followers, 1000 followers, 40 readers of whom 30 came by message.
    """
    days = [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]
    if name == "getusersummary":
        rows = [(0, 5, 1), (30, 2, 0)]
        return [
            {"ref_date": d, "user_source": s, "new_user": n, "cancel_user": c}
            for d in days
            for s, n, c in rows
        ]
    if name == "getusercumulate":
        return [{"ref_date": d, "user_source": 0, "cumulate_user": 1000} for d in days]
    if name == "getarticletotaldetail":
        return articles(first)
    if name in ("getarticleread", "getarticleshare"):
        detail: Answer = {
            "read_user": 16,
            "read_user_source": [{"user_count": 16, "scene_desc": "全部"}],
        }
        return [
            {
                "ref_date": str(first),
                "msgid": "9_1",
                "detail": detail if name == "getarticleread" else {"share_user": 3},
            }
        ]
    source = [
        {"user_count": 40, "scene_desc": "全部"},
        {"user_count": 30, "scene_desc": "公众号消息"},
    ]
    detail = {"read_user": 40, "read_user_source": source, "share_user": 4, "send_page_count": 1}
    return [
        {"ref_date": d, "detail": {**detail, "collection_user": 2, "redirect_ori_page_user": 0}}
        for d in days
    ]


def articles(day: date) -> list[Answer]:
    """Play one article published on every even day: 30 readers up to that day, 50 up to the next."""
    if day.day % 2:
        return []
    details = [
        {
            "stat_date": str(day + timedelta(days=n)), "read_user": readers, "share_user": n + 1,
            "read_finish_rate": 0.5,
            "read_user_source": [{"user_count": readers, "scene_desc": "全部"}],
            "read_jump_position": [{"position": 1, "rate": 0.25}],
        }
        for n, readers in enumerate((30, 50))
    ]  # fmt: skip
    msgid = f"{day:%Y%m%d}_1"
    url = f"http://mp.weixin.qq.com/s?__biz=MzA==&mid={day:%Y%m%d}&idx=1&sn=x#rd"
    return [
        {
            "ref_date": str(day),
            "msgid": msgid,
            "publish_type": 0,
            "title": f"文章{day.day}",
            "content_url": url,
            "detail_list": details,
        }
    ]


class Handler(BaseHTTPRequestHandler):
    """Answers as the modes say; counts the calls of each app."""

    folder: Path
    modes: dict[str, str]
    counts: ClassVar[Counter[tuple[str, str]]] = Counter()

    def do_POST(self) -> None:
        url = urlsplit(self.path)
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        token = parse_qs(url.query).get("access_token", [""])[0]
        app = body.get("appid") or token.split(".")[0]
        name = url.path.rsplit("/", 1)[-1]
        with (self.folder / "calls.txt").open("a", encoding="utf-8") as calls:
            print(app, name, body.get("begin_date", "-"), body.get("end_date", "-"), file=calls)
        self.counts[app, name] += 1
        mode = self.modes.get(app, "good")
        if name == "stable_token":
            self.say(self.token(app, mode, body))
        elif not self.misbehave(app, name, mode, token):
            self.say(self.data(app, name, token, body))

    def token(self, app: str, mode: str, body: Answer) -> Answer:
        if mode in ("ip", "secret") or body["secret"] != SECRET:
            return error("ip" if mode == "ip" else "secret")
        assert body["force_refresh"] is False, "force_refresh is limited to 20 a day"
        return {
            "access_token": f"{app}.token-{self.counts[app, 'stable_token']}",
            "expires_in": 7200,
        }

    def data(self, app: str, name: str, token: str, body: Answer) -> Answer:
        mode = self.modes.get(app, "good")
        if name in LIVES:
            return (
                LIVES[name]
                if name != "get_finder_live_data_list"
                else LIVES[name + body["last_buffer"]]
            )
        first, last = (date.fromisoformat(body[key]) for key in ("begin_date", "end_date"))
        nth = sum(
            count
            for (of, path), count in self.counts.items()
            if of == app and path != "stable_token"
        )
        if (last - first).days >= SPANS[name] or (mode == "span" and name == "getusersummary"):
            return error("span")
        if mode in ("refused", "busy") or (mode == "expired" and nth > 1 and token.endswith("-1")):
            return error(mode)
        if mode == "quota" and nth > 1:
            return error("quota")
        if mode == "shaky" and nth == 2:
            return error("busy")
        found: Answer = {"list": figures(name, first, last)}
        if name in ("getbizsummary", "getarticletotaldetail"):
            found["is_delay"] = mode == "delay" and self.counts[app, name] == 1
        return found | ({"note": token} if mode == "echo" else {})

    def misbehave(self, app: str, name: str, mode: str, token: str) -> bool:
        """Do what no right server does; False when the mode is none of these."""
        if mode == "shaky" and self.counts[app, name] == 1 and name == "getusersummary":
            self.send_error(500)
        elif mode == "redirect":
            self.send_response(302)
            self.send_header("location", f"https://elsewhere.example/?access_token={token}")
            self.send_header("content-length", "0")
            self.end_headers()
        elif mode == "huge":
            self.say({"list": ["x" * 300_000]})
        elif mode == "cut":
            self.begin(1000)
            self.wfile.write(b'{"list":[{"ref_date":"')
        elif mode == "drip":
            self.begin(1000)
            for _ in range(100):
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.2)
        else:
            return False
        return True

    def say(self, answer: Answer) -> None:
        content = json.dumps(answer, ensure_ascii=False).encode()
        self.begin(len(content))
        self.wfile.write(content)

    def begin(self, length: int) -> None:
        self.send_response(200)
        self.send_header("content-type", "application/json; encoding=utf-8")
        self.send_header("content-length", str(length))
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        """Keep quiet."""


def error(kind: str) -> Answer:
    """Return an error answer: HTTP says 200 all the same."""
    code, text = ERRORS[kind]
    return {"errcode": code, "errmsg": text}


if __name__ == "__main__":
    Handler.folder = Path(sys.argv[1])
    Handler.modes = dict(word.split("=", 1) for word in sys.argv[2:])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()
