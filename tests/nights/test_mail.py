"""Sending, against a real SMTP server process.

Exactly once, never silently none, whatever the server or the process does.
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import os
import subprocess
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from pipeline.config.home import command
from tests.support.homes import CHECKOUT, pipeline, rows
from tests.support.report_home import WEEK, home_with_mail, reported_home
from tests.support.servers import running
from tests.support.servers.smtp import PASSWORD, USER

A, REFUSED, OPS = "a@example.org", "refused@example.org", "ops@example.org"


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return reported_home(tmp_path_factory.mktemp("reports") / "master")


@contextlib.contextmanager
def server(mode: str, folder: Path) -> Iterator[int]:
    folder.mkdir(exist_ok=True)
    with running("smtp", mode, str(folder)) as port:
        yield port


def taken(folder: Path) -> list[EmailMessage]:
    """Return the mails the server took, in order."""
    paths = sorted(folder.glob("*.eml"), key=lambda path: int(path.name.partition("-")[0]))
    return [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in paths
    ]


def send(home: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return pipeline(
        home, "report", "weekly", "--week", WEEK, "--send", *words, env={**os.environ, **env}
    )


def states(home: Path) -> dict[str, str]:
    return dict(
        rows(
            home,
            "select recipient, state from ops.mail where report_id = 'weekly' order by revision",
        )
    )


def test_each_recipient_gets_one_mail_and_a_second_send_adds_none(
    master: Path, tmp_path: Path
) -> None:
    with server("accept", tmp_path / "in") as port:
        home = home_with_mail(master, tmp_path / "home", port)
        for _ in range(2):
            done = send(home)
            assert done.returncode == 0, done.stderr
        mails = taken(tmp_path / "in")
        assert [mail["To"] for mail in mails] == [A, REFUSED]
        assert mails[0]["Message-ID"] != mails[1]["Message-ID"]
        assert states(home) == {A: "sent", REFUSED: "sent"}
        assert send(home, "--revise").returncode == 0
    mails = taken(tmp_path / "in")
    assert len(mails) == 4
    assert mails[2]["Subject"] == "【城管宣传周报】2023年第23周（6.5–6.11）（更正 1）"
    assert rows(home, "select max(revision), count(distinct message_id) from ops.mail") == [(2, 4)]


def test_one_refused_recipient_is_told_and_the_other_has_the_mail(
    master: Path, tmp_path: Path
) -> None:
    with server("refuse", tmp_path / "in") as port:
        home = home_with_mail(master, tmp_path / "home", port)
        done = send(home)
    assert done.returncode == 3
    assert states(home) == {A: "sent", REFUSED: "failed"}
    assert [mail["To"] for mail in taken(tmp_path / "in")] == [A]
    assert rows(home, f"select smtp_reply from ops.mail where recipient = '{REFUSED}'") == [
        ("550 5.1.1 no such user",)
    ]


def test_a_server_that_says_later_gets_it_later(master: Path, tmp_path: Path) -> None:
    with server("greylist", tmp_path / "in") as port:
        home = home_with_mail(master, tmp_path / "home", port)
        assert send(home).returncode == 0
    assert sorted(mail["To"] for mail in taken(tmp_path / "in")) == [A, REFUSED]
    assert rows(home, "select distinct state, attempts from ops.mail") == [("sent", 2)]


def test_no_answer_after_data_is_unknown_and_only_a_person_sends_again(
    master: Path, tmp_path: Path
) -> None:
    with server("drop", tmp_path / "in") as port:
        home = home_with_mail(master, tmp_path / "home", port)
        for _ in range(2):
            done = send(home)
            assert done.returncode == 3
            assert "unknown" in done.stderr
    assert states(home) == {A: "unknown", REFUSED: "unknown"}
    first = taken(tmp_path / "in")
    assert len(first) == 2
    with server("accept", tmp_path / "again") as port:
        config = home / "pipeline.toml"
        config.write_text(
            config.read_text("utf-8").replace("port = ", f"port = {port} # "), "utf-8"
        )
        assert pipeline(home, "mail", "resend", first[0]["Message-ID"]).returncode == 0
        assert pipeline(home, "mail", "flush").returncode == 0
    assert [mail["Message-ID"] for mail in taken(tmp_path / "again")] == [first[0]["Message-ID"]]
    assert states(home) == {A: "sent", REFUSED: "unknown"}


def test_a_server_that_calls_us_spam_stops_the_round(master: Path, tmp_path: Path) -> None:
    with server("spam", tmp_path / "in") as port:
        home = home_with_mail(master, tmp_path / "home", port)
        assert send(home).returncode == 3
    assert states(home) == {A: "failed", REFUSED: "queued"}


def test_a_server_that_is_not_there_leaves_the_mail_queued(master: Path, tmp_path: Path) -> None:
    home = home_with_mail(master, tmp_path / "home", 9)  # discard: nothing listens
    assert send(home).returncode == 3
    assert states(home) == {A: "queued", REFUSED: "queued"}
    assert rows(home, "select count(*) from ops.mail where next_at > now()") == [(2,)]


def test_login_over_starttls_and_the_password_is_nowhere(master: Path, tmp_path: Path) -> None:
    with server("login", tmp_path / "in") as port:
        extra = f'user = "{USER}"\nca_file = "{tmp_path / "in" / "ca.pem"}"\n'
        home = home_with_mail(master, tmp_path / "home", port, extra)
        missing = send(home)
        assert missing.returncode == 2
        assert "PIPELINE_MAIL_PASSWORD" in missing.stderr
        done = send(home, PIPELINE_MAIL_PASSWORD=PASSWORD)
        assert done.returncode == 0, done.stderr
        wrong = send(home, "--revise", PIPELINE_MAIL_PASSWORD="not-this-one")
        assert wrong.returncode == 3
    assert states(home) == {A: "failed", REFUSED: "failed"}, "a wrong password is permanent"
    for path in home.rglob("*"):
        if path.is_file():
            assert PASSWORD.encode() not in path.read_bytes(), path
    assert PASSWORD not in done.stdout + done.stderr


def test_a_password_never_goes_in_the_clear(master: Path, tmp_path: Path) -> None:
    with server("accept", tmp_path / "in") as port:
        home = home_with_mail(master, tmp_path / "home", port, f'user = "{USER}"\n')
        done = send(home, PIPELINE_MAIL_PASSWORD=PASSWORD)
    assert done.returncode == 2
    assert "no STARTTLS" in done.stderr
    assert taken(tmp_path / "in") == []


@pytest.mark.parametrize(
    ("step", "first", "after"),
    [
        ("mail_queue", [], [A, REFUSED]),
        ("mail_connect", [], [A, REFUSED]),
        ("mail_sending", [], [REFUSED]),  # on disk: sending; nobody can know, so a person decides
        ("mail_accepted", [A], [A, REFUSED]),
        ("mail_sent", [A], [A, REFUSED]),
        ("mail_mirror", [A, REFUSED], [A, REFUSED]),
    ],
)
def test_killed_at_each_step_nobody_gets_two_and_nothing_is_silent(
    master: Path, tmp_path: Path, step: str, first: list[str], after: list[str]
) -> None:
    with server("accept", tmp_path / "in") as port:
        home = home_with_mail(master, tmp_path / "home", port)
        assert send(home, FAILPOINT_KILL=step).returncode == 137
        assert [mail["To"] for mail in taken(tmp_path / "in")] == first
        done = send(home)
    assert [mail["To"] for mail in taken(tmp_path / "in")] == after
    unsure = step in ("mail_sending", "mail_accepted")
    assert states(home) == {A: "unknown" if unsure else "sent", REFUSED: "sent"}
    assert done.returncode == (3 if unsure else 0)


def test_two_processes_at_once_send_one_mail(master: Path, tmp_path: Path) -> None:
    with server("accept", tmp_path / "in") as port:
        home = home_with_mail(master, tmp_path / "home", port)
        words = command(home, "report", "weekly", "--week", WEEK, "--send")
        both = [subprocess.Popen(words, cwd=CHECKOUT, stderr=subprocess.PIPE) for _ in range(2)]
        for process in both:
            process.communicate()
    assert len(taken(tmp_path / "in")) == 2, "one for each recipient"
    assert 0 in [process.returncode for process in both]
    assert states(home) == {A: "sent", REFUSED: "sent"}


def test_a_report_that_fails_the_gate_goes_to_operators_only_and_once(
    master: Path, tmp_path: Path
) -> None:
    with server("accept", tmp_path / "in") as port:
        home = home_with_mail(master, tmp_path / "home", port)
        for _ in range(2):
            done = pipeline(home, "report", "weekly", "--week", "2023-W24", "--send")
            assert done.returncode == 1
            assert (
                "the period ends on 2023-06-18 but the figures stand at 2023-06-11" in done.stderr
            )
    (mail,) = taken(tmp_path / "in")
    assert mail["To"] == OPS
    assert "领导没有收到任何邮件" in mail.get_content()


def test_operators_hear_of_alerts_once(master: Path, tmp_path: Path) -> None:
    with server("accept", tmp_path / "in") as port:
        home = home_with_mail(master, tmp_path / "home", port)
        first = pipeline(home, "report", "alerts", "--send").stdout
        assert "wechat_reads" in first
        assert f"sent  {OPS}" in first
        assert pipeline(home, "report", "alerts", "--send").stdout == "nothing new\n"
    (mail,) = taken(tmp_path / "in")
    assert mail["To"] == OPS
    assert "wechat_reads" in mail.get_content()


def test_two_bounces_suspend_a_recipient(master: Path, tmp_path: Path) -> None:
    with server("accept", tmp_path / "in") as port:
        home = home_with_mail(master, tmp_path / "home", port)
        for _ in range(2):
            assert (
                pipeline(home, "mail", "bounced", REFUSED, "--reason", "mailbox full").returncode
                == 0
            )
        assert send(home).returncode == 3
        assert states(home) == {A: "sent", REFUSED: "failed"}
    assert [mail["To"] for mail in taken(tmp_path / "in")] == [A]


def test_without_a_server_the_mail_is_a_file_and_it_says_so(master: Path, tmp_path: Path) -> None:
    home = home_with_mail(master, tmp_path / "home")
    done = send(home)
    assert done.returncode == 0
    assert "no mail server is configured" in done.stdout
    assert (home / "output" / "weekly" / WEEK / "mail.eml").is_file()


@pytest.mark.parametrize(
    ("line", "problem"),
    [('to = ["nobody"]', "is no mail address"),
        ('to = ["a@x.cn\\r\\nBcc: b@x.cn"]', "is no mail address"),
        ('to = ["a@x.cn", "a@x.cn"]', "stands twice"), ('to = []\nfast = 1', "fast")],
)  # fmt: skip
def test_wrong_settings_name_the_key(tmp_path: Path, line: str, problem: str) -> None:
    (tmp_path / "pipeline.toml").write_text(f'[mail]\nfrom = "a@example.org"\n{line}\n', "utf-8")
    done = pipeline(tmp_path, "run")
    assert done.returncode == 2
    assert problem in done.stderr
