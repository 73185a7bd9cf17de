"""Next year's plan out of this year's.

A file for people to go through, and what in it deserves a look.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import tomlkit

from collectors.written import parse_toml, read_text
from pipeline.base.errors import ConfigError
from pipeline.base.fsync import sync, write_atomic
from pipeline.config.files import config_errors
from pipeline.config.plans.years import plan_files

if TYPE_CHECKING:
    from pathlib import Path

    from tomlkit import TOMLDocument

    from pipeline.config.home import Home
    from pipeline.config.plan import Plan

_EDITION = re.compile(
    r"第[一二三四五六七八九十百\d]{1,6}届|第[一二三四五六七八九十\d]{1,6}批|\d{1,4} ?周年"
)


def new_plan(home: Home, year: int, origin: int | None) -> Path:
    """Write `<home>/plans/YEAR.toml` from the plan of `origin` (default: the newest before it).

    ConfigError when it exists.
    """
    _require_none(home, year)
    return save_plan(home, draft_plan(home, year, origin))


def draft_plan(home: Home, year: int, origin: int | None = None) -> TOMLDocument:
    """Return the plan of `year` as a document, made of an earlier one; ConfigError without such a one."""
    files = plan_files(home)
    origin = origin or max((other for other in files if other < year), default=None)
    if origin is None or origin not in files:
        raise ConfigError(
            f"没有{origin or '更早的'}年度计划可作底本 / no plan to begin with. Known: "
            f"{sorted(files)}."
        )
    with config_errors():
        text = read_text(files[origin])
        parse_toml(text, files[origin])
    document = _moved(text, year - origin)
    document["year"], document["base_year"] = year, year - 1
    return document


def save_plan(home: Home, document: TOMLDocument) -> Path:
    """Write a plan's document as `<home>/plans/YEAR.toml`; ConfigError when there is one."""
    year = int(str(document["year"]))
    _require_none(home, year)
    home.plans.mkdir(parents=True, exist_ok=True)
    target = home.plans / f"{year}.toml"
    head = f"# 由以往的计划生成，请逐项核对；`pipeline plan check {year}` 列出需要看的地方。\n"
    write_atomic(target, (head + tomlkit.dumps(document)).encode())
    sync(target.parent)
    return target


def _require_none(home: Home, year: int) -> None:
    target = home.plans / f"{year}.toml"
    if target.exists():
        raise ConfigError(f"{target} 已存在，请直接修改 / exists already. Edit it.")


def _moved(text: str, step: int) -> TOMLDocument:
    document = tomlkit.parse(text)
    document["title"] = _later_years(str(document["title"]), step)
    document["document"] = ""
    for name in ("issued_on", "annotations"):
        document.pop(name, None)
    _keep_last_aims(document)
    for project in document.get("projects", []):
        for name in ("name_zh", "content_zh"):
            project[name] = _later_years(str(project[name]), step)
        project["keywords"] = [_later_years(str(word), step) for word in project["keywords"]]
    return document


def _keep_last_aims(document: Any) -> None:  # noqa: ANN401 - tomlkit document
    """Of a target changed in mid-year the last entry is next year's."""
    entries = document.get("targets", [])
    last = {str(entry["id"]): position for position, entry in enumerate(entries)}
    for position in reversed(range(len(entries))):
        if last[str(entries[position]["id"])] != position:
            del entries[position]
    for entry in entries:
        entry.pop("from", None)


def _later_years(text: str, step: int) -> str:
    return re.sub(r"(20\d{2})(?= ?年)", lambda found: str(int(found[1]) + step), text)


def remarks(plan: Plan) -> list[str]:
    """Return what a person should look at: other years, editions, missing documents."""
    found = [] if plan.document else ["document 未填：文号"]
    found += (
        [] if plan.base_year == plan.year - 1 else [f"base_year 是 {plan.base_year}，不是上一年"]
    )
    for project in plan.projects:
        words = [
            *_EDITION.findall(f"{project.name_zh}{project.content_zh}{''.join(project.keywords)}")
        ]
        if words:
            found.append(f"项目“{project.name_zh}”提到{'、'.join(dict.fromkeys(words))}，请核对")
    for target in plan.targets:
        years = {
            int(year) for year in re.findall(r"20\d{2}(?=年)", target.definition_zh + target.quote)
        }
        if years - {plan.year, plan.base_year}:
            found.append(
                f"指标“{target.name_zh}”提到{'、'.join(map(str, sorted(years)))}年，请核对"
            )
    return found
