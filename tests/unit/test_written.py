"""Files that people write: any encoding a Windows editor saves in is read; what is wrong is named."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from collectors.layout import load_layouts, platforms
from collectors.written import WrittenError, read_toml
from pipeline.base.errors import ConfigError
from pipeline.config.accounts import add_account
from pipeline.config.checkout import LAYOUT_FOLDER, PLANS
from pipeline.config.corrections import load_corrections
from pipeline.config.home import Home
from pipeline.config.plan import load_plan

if TYPE_CHECKING:
    from pathlib import Path

ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le")
SETTINGS = 'plan = "2023"\n[[accounts]]\nid = "a"\nname = "甲"\nplatform = "wechat"\n'
CORRECTION = """[[corrections]]
table = "staging.x"
key = { date = 2023-01-01 }
column = "y"
value = 1
reason = "原因"
by = "甲"
on = 2023-01-02
"""
LAYOUT = """[own]
title = "自定"
sources = ["account"]
[[own.tables]]
table = "own_table"
key = ["day"]
columns = [{ name = "day", labels = ["哪天"], kind = "date" }]
"""
ACCOUNT = {"id": "new", "name": "新", "platform": "wechat", "main": False, "unit": "市局"}
PLATFORMS = platforms(load_layouts(LAYOUT_FOLDER))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_settings_plan_corrections_and_layouts_are_read_in_any_usual_encoding(
    tmp_path: Path, encoding: str
) -> None:
    def written(name: str, text: str) -> Path:
        (tmp_path / name).write_bytes(text.encode(encoding))
        return tmp_path / name

    written("pipeline.toml", SETTINGS)
    assert Home(tmp_path).settings().accounts[0].name == "甲"
    plan = (PLANS / "2023.toml").read_text("utf-8")
    assert load_plan(written("plan.toml", plan)) == load_plan(PLANS / "2023.toml")
    corrections = load_corrections(
        [written("corrections.toml", CORRECTION)], {"staging.x": {"date", "y"}}
    )
    assert corrections[0].reason == "原因"
    (tmp_path / "layouts").mkdir()
    written("layouts/own.toml", LAYOUT)
    assert Home(tmp_path).read_layouts()["own"].title == "自定"


@pytest.mark.parametrize("content", [b"\xff\xfe\xff", "名 = '甲'\n".encode() + b"\xff"])
def test_bytes_in_no_known_encoding_are_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "pipeline.toml").write_bytes(content)
    with pytest.raises(ConfigError, match=r"pipeline\.toml: 编码无法识别.*UTF-8"):
        Home(tmp_path).settings()


def test_a_folder_of_that_name_is_told(tmp_path: Path) -> None:
    with pytest.raises(WrittenError, match="打不开"):
        read_toml(tmp_path)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ('timezone = "Asia/Shanghia"\n', "timezone: no time zone has this name"),
        ('timezone = "../../etc/passwd"\n', "timezone: no time zone has this name"),
        ('timezone = ""\n', "timezone: no time zone has this name"),
        ('[[accounts]]\nid = "a"\nname = ""\nplatform = "wechat"\n', "accounts a name"),
        ("plans = 1\n", "plans: Extra inputs"),
    ],
)
def test_a_wrong_setting_says_where(tmp_path: Path, settings: str, words: str) -> None:
    (tmp_path / "pipeline.toml").write_text(settings, "utf-8")
    with pytest.raises(ConfigError, match=words):
        Home(tmp_path).settings()


@pytest.mark.parametrize(
    "text",
    [
        'timezone = "Asia/Shanghai"\n',
        '# c\naccounts = [{id="a",name="甲",platform="wechat"}] # tail\n[schedule]\nx="1"\n',
        'accounts = [\n  # first\n  {id="a",name="甲",platform="wechat"}, # one\n]\n',
        'accounts = [ # none yet\n]\nplan="2023"\n',
        '[[accounts]] # main\nid="a"\nname="甲"\nplatform="wechat"\n\n# times\n[schedule]\nx="1"\n',
        '[schedule]\nx="1"',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_an_added_account_changes_nothing_else(tmp_path: Path, text: str, encoding: str) -> None:
    config = tmp_path / "pipeline.toml"
    config.write_bytes(text.encode(encoding))
    add_account(Home(tmp_path), ACCOUNT, PLATFORMS)
    before: dict[str, Any] = tomllib.loads(text)
    assert tomllib.loads(config.read_text("utf-8")) == {
        **before,
        "accounts": [*before.get("accounts", []), ACCOUNT],
    }
    comments = [line[line.index("#") :] for line in text.splitlines() if "#" in line]
    assert [one for one in comments if one not in config.read_text("utf-8")] == []
    assert (tmp_path / "inbox" / "new").is_dir()


def test_an_unknown_platform_is_refused_with_the_list(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"wechta.*bilibili.*wechat"):
        add_account(Home(tmp_path), {**ACCOUNT, "platform": "wechta"}, PLATFORMS)
    assert not (tmp_path / "pipeline.toml").exists()
