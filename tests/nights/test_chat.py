"""Group chats on a real HTTP server: each rule once a day, secrets kept, a dead chat costs a bounded wait."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.config.home import Home
from pipeline.mail import chat
from tests.support.homes import CHECKOUT, CONFIG, growth_html, make_home, pipeline, run

SECRET = "S3CRET-of-the-chat"
DAYS = (("2023-06-10", "10", "2", "8", "1,008"), ("2023-06-11", "11", "3", "8", "1,016"))


@contextmanager
def chats(folder: Path) -> Iterator[int]:
    """Run the server; gives its port."""
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "tests.support.servers.chat", str(folder)]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def taken(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose night opens alerts: exports of earlier months are owed."""
    home = make_home(tmp_path_factory.mktemp("chat") / "home")
    (home / "inbox" / "main-wechat" / "growth.xls").write_text(growth_html(*DAYS), "utf-8")
    run(home, "2023-08-31")
    return home


@pytest.fixture
def home(master: Path, tmp_path: Path) -> Path:
    import shutil

    return Path(shutil.copytree(master, tmp_path / "home"))


def notify(home: Path, *urls: str, mode: int = 0o600) -> None:
    config = home / "pipeline.toml"
    config.write_text(f"{CONFIG}\n[notify]\nurls = {json.dumps(urls)}\n", "utf-8")
    config.chmod(mode)


def tell(home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return pipeline(home, "report", "alerts", "--send", env={**os.environ, **environment})


def everything(home: Path) -> str:
    """All texts that the home keeps, without the settings."""
    return "".join(
        path.read_text("utf-8", "replace")
        for path in home.rglob("*")
        if path.is_file() and path.suffix in (".jsonl", ".json", ".txt") and path.stat().st_size < 1 << 20
    )  # fmt: skip


def test_each_rule_is_one_message_a_day(home: Path, tmp_path: Path) -> None:
    with chats(tmp_path / "in") as port:
        notify(home, f"json://127.0.0.1:{port}/ok/{SECRET}")
        first = tell(home)
        said = taken(tmp_path / "in")
        titles = [one["title"] for one in said]
        assert "【数据管道】应报未报" in titles
        assert len(titles) == len(set(titles)), "one message a rule"
        (owed,) = [one["message"] for one in said if one["title"] == "【数据管道】应报未报"]
        assert "6月12日" in owed, "what is missing, by day"
        assert f"{len(said)} of {len(said)} message(s) sent to chat 1 (json)" in first.stdout
        assert SECRET not in first.stdout + first.stderr + everything(home)
        again = tell(home)
        assert len(taken(tmp_path / "in")) == len(said), "the same day nothing more"
        assert "chat 1" not in again.stdout


def test_the_next_day_only_what_is_new_is_told(home: Path, tmp_path: Path) -> None:
    with chats(tmp_path / "in") as port:
        notify(home, f"json://127.0.0.1:{port}/ok/{SECRET}")
        place, settings = Home(home), Home(home).settings()
        assert settings.notify is not None
        rules = {"a": ("甲", ["一"]), "b": ("乙", ["二"])}
        assert len(chat.tell_chats(place, settings.notify, rules)) == 1
        rules["a"] = ("甲", ["一", "三"])
        assert chat.tell_chats(place, settings.notify, rules) == [], "at most one a rule and day"
        state = json.loads((home / "notified.json").read_text("utf-8"))
        yesterday = (settings.today() - timedelta(days=1)).isoformat()
        for known in state.values():
            for rule in known.values():
                rule["day"] = yesterday
        (home / "notified.json").write_text(json.dumps(state), "utf-8")
        (line,) = chat.tell_chats(place, settings.notify, rules)
        assert line == "1 of 1 message(s) sent to chat 1 (json)"
        assert [one["message"] for one in taken(tmp_path / "in")] == ["一", "二", "一\n三"]


def test_an_address_in_the_environment_and_one_that_others_may_read(
    home: Path, tmp_path: Path
) -> None:
    with chats(tmp_path / "in") as port:
        address = f"json://127.0.0.1:{port}/ok/{SECRET}"
        notify(home, "env:OFFICE_CHAT", mode=0o644)
        assert "the environment has no OFFICE_CHAT" in tell(home).stdout
        assert "sent to chat 1 (from the environment)" in tell(home, OFFICE_CHAT=address).stdout
        count = len(taken(tmp_path / "in"))
        assert count > 0
        notify(home, address, mode=0o644)
        done = tell(home)
        assert "others may read it: chmod 600" in done.stdout
        assert len(taken(tmp_path / "in")) == count
        assert SECRET not in done.stdout + done.stderr + everything(home)


def test_a_dead_chat_costs_a_bounded_wait_and_no_other(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat, "SECONDS", 2.0)
    with chats(tmp_path / "in") as port:
        at = f"json://127.0.0.1:{port}"
        notify(home, f"{at}/never/{SECRET}", f"{at}/no/{SECRET}", "nonsense", f"{at}/ok/{SECRET}")
        settings = Home(home).settings()
        assert settings.notify is not None
        began = time.monotonic()
        lines = chat.tell_chats(Home(home), settings.notify, {"a": ("甲", ["一"])})
        assert time.monotonic() - began < 30
        assert [line.split(" message")[0] for line in lines] == ["0 of 1"] * 3 + ["1 of 1"]
        assert all("tried again next time" in line for line in lines[:3])
        assert SECRET not in "".join(lines)
        assert len(taken(tmp_path / "in")) == 1


@pytest.mark.parametrize(
    "text", ["urls = 3", f'url = "wecombot://{SECRET}"', f'urls = [["{SECRET}"]]']
)
def test_a_wrong_entry_is_told_without_the_address(home: Path, text: str) -> None:
    (home / "pipeline.toml").write_text(f"{CONFIG}\n[notify]\n{text}\n", "utf-8")
    done = pipeline(home, "report", "alerts", "--send")
    assert SECRET not in done.stdout + done.stderr
    assert done.returncode in (0, 2)
