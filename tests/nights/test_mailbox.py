"""Districts mail their files: against Debian's Dovecot, from the mail to the night's rows."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from imap_tools import MailBoxUnencrypted

from collectors.fetch.mailbox import fetch
from collectors.fetch.types import Fetched, Request, Trouble
from pipeline.config.home import Home
from tests.support.homes import CONFIG, growth_html, make_home, pipeline, rows
from tests.support.servers.imap import DOVECOT, PASSWORD, USER, dovecot

pytestmark = pytest.mark.skipif(
    DOVECOT is None and not os.environ.get("CI"), reason="no Dovecot here"
)
HUANGPU, ELSEWHERE = "li@huangpu.example.cn", "spam@elsewhere.example"
SENDERS = {HUANGPU: "main-wechat", "wang@jingan.example.cn": "side-wechat"}


@pytest.fixture
def server(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Path, int, int]]:
    monkeypatch.setenv("MAILBOX_PASSWORD_LEDGER", PASSWORD)
    folder = tmp_path_factory.mktemp("imap")
    with dovecot(folder) as (plain, tls):
        yield folder, plain, tls


def put(port: int, sender: str, *files: tuple[str, bytes], picture: bool = False) -> None:
    """Append a mail to the mailbox as its server would."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = (
        f"某某 <{sender}>",
        "shuju@office.example.cn",
        "报送数据",
    )
    mail.set_content("请查收。")
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    if picture:
        mail.add_attachment(
            b"GIF89a", maintype="image", subtype="gif", filename="logo.gif", cid="<logo>"
        )
    with MailBoxUnencrypted("127.0.0.1", port, 20).login(USER, PASSWORD) as box:
        box.append(mail.as_bytes(), "INBOX", dt=datetime.now(UTC))


def growth(day: str, followers: int) -> bytes:
    return growth_html((day, "5", "1", "4", str(followers))).encode()


def request(port: int, **options: Any) -> Request:
    given = {"host": "127.0.0.1", "user": USER, "port": str(port), "security": "none", **options}
    return Request("ledger", datetime.now(UTC), lambda _name: False, given, {}, SENDERS)


def test_a_mail_reaches_the_figures_once(server: tuple[Path, int, int], tmp_path: Path) -> None:
    _, port, _ = server
    put(
        port,
        HUANGPU,
        ("../../user_analysis.xls", growth("2023-01-01", 104)),
        ("第二份.xls", growth("2023-01-02", 108)),
        picture=True,
    )
    put(port, ELSEWHERE, ("virus.exe", b"MZ"))
    entry = f"""
[[fetch]]
use = "mailbox"
source = "ledger"
options = {{ host = "127.0.0.1", user = "{USER}", port = "{port}", security = "none" }}
senders = {{ "{HUANGPU}" = "main-wechat" }}
"""
    home = make_home(tmp_path / "home", CONFIG + entry)
    today = Home(home).settings().default_as_of().isoformat()  # only a run of today fetches
    assert pipeline(home, "run", "--as-of", today).returncode in (0, 3)
    found = (
        "select date::text, followers from mart.account_daily where account_id = 'main-wechat' "
        "and followers is not null order by 1 limit 2"
    )
    assert rows(home, found) == [("2023-01-01", 104), ("2023-01-02", 108)]
    log = rows(home, "select source, status, item from ops.fetch_log order by all")
    assert [(source, status) for source, status, _ in log] == [
        ("ledger", "permanent"),
        ("main-wechat", "fetched"),
        ("main-wechat", "fetched"),
    ]
    assert log[0][2] == ELSEWHERE
    assert all("/" not in item and not item.startswith(".") for _, _, item in log[1:])
    pipeline(home, "run", "--as-of", today)
    assert rows(home, "select count(*) from ops.fetch_log where status = 'fetched'") == [(2,)], (
        "each mail once"
    )
    put(
        port, HUANGPU, ("user_analysis.xls", growth("2023-01-03", 112))
    )  # the same name in another mail is another file
    pipeline(home, "run", "--as-of", today)
    assert rows(home, "select count(*) from ops.fetch_log where status = 'fetched'") == [(3,)]
    with MailBoxUnencrypted("127.0.0.1", port, 20).login(USER, PASSWORD) as box:
        assert [
            mail.flags for mail in box.fetch(mark_seen=False) if "\\Seen" in mail.flags
        ] == [], "nothing is changed on the server"


def test_over_tls_with_the_offices_own_authority(server: tuple[Path, int, int]) -> None:
    folder, plain, tls = server
    put(plain, HUANGPU.upper(), ("a.csv", b"x"))
    for security, port in (("tls", tls), ("starttls", plain)):
        options = {"host": "localhost", "security": security, "ca_file": str(folder / "ca.pem")}
        (one,) = fetch(request(port, **options))
        assert isinstance(one, Fetched)
        assert (one.source, one.content) == ("main-wechat", b"x")
        (trouble,) = fetch(request(port, **{**options, "ca_file": ""}))
        assert isinstance(trouble, Trouble)
        assert "证书不可信" in trouble.reason


def test_what_is_wrong_is_named(
    server: tuple[Path, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, port, _ = server
    put(port, HUANGPU, ("big.csv", b"x" * 50_000))

    def reason(**options: Any) -> str:
        (trouble,) = fetch(request(port, **options))
        assert isinstance(trouble, Trouble)
        assert PASSWORD not in trouble.reason
        return trouble.reason

    assert "超过 10,000 字节" in reason(max_bytes="10000")
    assert "连接中断" in reason(folder="没有这个夹")
    assert "明文" in reason(host="mail.example.cn")
    assert "options.days" in reason(days="0")
    monkeypatch.setenv("MAILBOX_PASSWORD_LEDGER", "wrong")
    assert "登录被拒绝" in reason()
    monkeypatch.delenv("MAILBOX_PASSWORD_LEDGER")
    assert "MAILBOX_PASSWORD_LEDGER" in reason()


def test_a_server_that_drips_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """It greets, then sends one byte again and again.

    No single wait is long, the whole would be endless.
    """
    monkeypatch.setenv("MAILBOX_PASSWORD_LEDGER", PASSWORD)
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip() -> None:
            client, _ = listener.accept()
            with client:
                try:
                    client.sendall(b"* OK ready\r\n")
                    while not over.wait(0.05):
                        client.sendall(b"x")
                except OSError:
                    return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        (trouble,) = fetch(request(listener.getsockname()[1], total_seconds="1", call_seconds="1"))
        over.set()
        thread.join(20)
    assert isinstance(trouble, Trouble)
    assert trouble.transient
