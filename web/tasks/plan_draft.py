"""Next year's plan as `plan new` drafts it, with what a person changed on the page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from collectors.written import first_problem
from pipeline.base.errors import ConfigError
from pipeline.config.plan import Plan
from pipeline.config.plans import new
from web.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from tomlkit import TOMLDocument

    from pipeline.config.home import Home

_MOST = 500
_LARGEST, _YEARS = 1e15, range(2000, 2200)
_MONTHS = re.compile(r"\d{1,2}")
_YEAR = 12
_NAMED = 5  # names of projects that are gone


def begin(home: Home, year: int) -> TOMLDocument:
    """Return the draft of a year; Refusal 422 when there is nothing to begin with."""
    try:
        return new.draft_plan(home, year)
    except ConfigError as error:
        raise Refusal(422, str(error).partition(" / ")[0] + "。", str(error)) from error


def draft(home: Home, given: dict[str, Any]) -> TOMLDocument:
    """Return the draft with a person's changes: targets by id; projects unchanged, renamed or moved."""
    year = given.get("year")
    if not isinstance(year, int) or isinstance(year, bool) or year not in _YEARS:
        raise Refusal(422, "请写年份。", "year must be a number")
    document = begin(home, year)
    for name in ("title", "document"):
        if isinstance(given.get(name), str):
            document[name] = given[name].strip()[:_MOST]
    targets = {str(one.get("id")): one for one in _dicts(given, "targets")}
    for target in _entries(document, "targets"):
        _change_target(target, targets.get(str(target["id"]), {}))
    if "projects" in given:
        wanted = {str(one.get("id")): one for one in _dicts(given, "projects")}
        projects = document["projects"]
        for place in reversed(range(len(_entries(document, "projects")))):
            if str(projects[place]["id"]) not in wanted:
                del projects[place]
        for project in _entries(document, "projects"):
            _change_project(project, wanted[str(project["id"])])
    return document


def _entries(document: TOMLDocument, name: str) -> list[Any]:
    return list(document.get(name, []))


def _dicts(given: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = given.get(name, [])
    if (
        not isinstance(found, list)
        or len(found) > _MOST
        or not all(isinstance(one, dict) for one in found)
    ):
        raise Refusal(422, "提交的计划读不懂。", f"{name} must be a list of objects")
    return found


def _aim(target: Any) -> str:  # noqa: ANN401 - a table of the document
    return "target" if target["kind"] == "count" else "growth_pct"


def _change_target(target: Any, change: dict[str, Any]) -> None:  # noqa: ANN401 - a table
    value = change.get(_aim(target), target.get(_aim(target)))
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    target[_aim(target)] = (
        float(value) if is_number and abs(value) < _LARGEST else str(value)[:_MOST]
    )


def _change_project(project: Any, change: dict[str, Any]) -> None:  # noqa: ANN401 - a table
    readers: dict[str, Callable[[str], Any]] = {
        "name_zh": lambda text: text.strip()[:_MOST] or project["name_zh"],
        "time_zh": lambda text: text.strip()[:_MOST] or project["time_zh"],
        "departments": lambda text: [part for part in re.split(r"[、,，;；\s]+", text) if part],
        "months": lambda text: [int(part) for part in _MONTHS.findall(text)],
    }
    for name, read in readers.items():
        if isinstance(change.get(name), str):
            project[name] = read(change[name])


def problems(document: TOMLDocument) -> list[str]:
    """Return what must be mended before the plan can be saved, in Chinese."""
    data = document.unwrap()
    found = [
        f"项目“{one['name_zh']}”没有写在哪几个月" for one in data["projects"] if not one["months"]
    ] + [
        f"项目“{one['name_zh']}”的月份应为1至12"
        for one in data["projects"]
        if any(not 1 <= month <= _YEAR for month in one["months"])
    ]
    for one in data["targets"]:
        value = one[_aim(one)]
        if not isinstance(value, float) or value < 0 or (one["kind"] == "count" and value <= 0):
            found.append(f"“{one['name_zh']}”的目标应为数字")
    if not found:
        try:
            Plan.model_validate(data)
        except ValidationError as error:
            found.append(f"计划还有问题：{first_problem(error, data)}")
    return found


def remarks(home: Home, document: TOMLDocument) -> list[str]:
    """Return what deserves a second look: what `plan check` says, and projects that are gone."""
    kept = {one["id"] for one in document.unwrap()["projects"]}
    before = begin(home, int(str(document["year"]))).unwrap()["projects"]
    gone = [one["name_zh"] for one in before if one["id"] not in kept]
    more = "等" if len(gone) > _NAMED else ""
    found = [f"去掉了{len(gone)}个项目：{'、'.join(gone[:_NAMED])}{more}。"] if gone else []
    if problems(document):
        return found
    told = new.remarks(Plan.model_validate(document.unwrap()))
    return found + [
        f"{line.replace('document 未填：文号', '文号未填，印发后请补上')}。" for line in told
    ]


def save(home: Home, document: TOMLDocument) -> str:
    """Write the plan and return its file's name; Refusal 409 when there is a plan of that year."""
    try:
        return new.save_plan(home, document).name
    except ConfigError as error:
        zh = f"{document['year']}年的计划已经有了。"
        raise Refusal(409, zh, str(error)) from error
