"""Next year's plan out of this year's.

Apply what a person changed, check it with the engine's own model, save it as TOML.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import tomlkit
from pydantic import ValidationError

from collectors.written import first_problem
from pipeline.base.fsync import sync, write_atomic
from pipeline.config.plan import Plan
from web.refusal import Refusal

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.config.home import Home

_MOST = 500
_MONTHS = re.compile(r"\d{1,2}")
_YEAR = 12


def draft(base: Plan, given: dict[str, Any]) -> dict[str, Any]:
    """Return the base plan as data with a person's changes.

    Targets by id, projects kept, renamed, moved.
    """
    data: dict[str, Any] = base.model_dump(mode="json", by_alias=True, exclude_none=True)
    year = given.get("year")
    if not isinstance(year, int):
        raise Refusal(422, "请写年份。", "year must be a number")
    data |= {"year": year, "base_year": year - 1, "annotations": []}
    for name in ("title", "document", "issued_on"):
        if given.get(name):
            data[name] = str(given[name])[:_MOST]
    targets = {str(one.get("id")): one for one in _dicts(given, "targets")}
    data["targets"] = [
        _target(one, targets.get(one["id"], {})) for one in data["targets"] if not one.get("from")
    ]
    if "projects" in given:
        wanted = {str(one.get("id")): one for one in _dicts(given, "projects")}
        data["projects"] = [
            _project(one, wanted[one["id"]]) for one in data["projects"] if one["id"] in wanted
        ]
    return data


def _dicts(given: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = given.get(name, [])
    if (
        not isinstance(found, list)
        or len(found) > _MOST
        or not all(isinstance(one, dict) for one in found)
    ):
        raise Refusal(422, "提交的计划读不懂。", f"{name} must be a list of objects")
    return found


def _target(one: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    name = "target" if one["kind"] == "count" else "growth_pct"
    value = change.get(name, one.get(name))
    return {
        **one,
        name: float(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool)
        else value,
    }


def _project(one: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    found = dict(one)
    for name in ("name_zh", "time_zh"):
        if isinstance(change.get(name), str) and change[name].strip():
            found[name] = change[name].strip()[:_MOST]
    if isinstance(change.get("departments"), str):
        found["departments"] = [
            part for part in re.split(r"[、,，;；\s]+", change["departments"]) if part
        ]
    if isinstance(change.get("months"), str):
        found["months"] = [int(part) for part in _MONTHS.findall(change["months"])]
    return found


def problems(data: dict[str, Any]) -> list[str]:
    """Return what must be mended before the plan can be saved, in Chinese."""
    found = [
        f"项目“{one['name_zh']}”没有写在哪几个月" for one in data["projects"] if not one["months"]
    ] + [
        f"项目“{one['name_zh']}”的月份应为1至12"
        for one in data["projects"]
        if any(not 1 <= month <= _YEAR for month in one["months"])
    ]
    for one in data["targets"]:
        value = one.get("target" if one["kind"] == "count" else "growth_pct")
        if not isinstance(value, float) or value < 0 or (one["kind"] == "count" and value <= 0):
            found.append(f"“{one['name_zh']}”的目标应为数字")
    if not found:
        try:
            Plan.model_validate(data)
        except ValidationError as error:
            found.append(f"计划还有问题：{first_problem(error, data)}")
    return found


def remarks(base: Plan, data: dict[str, Any]) -> list[str]:
    """Return what deserves a second look."""
    gone = [
        one.name_zh
        for one in base.projects
        if one.id not in {kept["id"] for kept in data["projects"]}
    ]
    # five names are enough
    found = (
        [f"去掉了{len(gone)}个项目：{'、'.join(gone[:5])}{'等' if len(gone) > 5 else ''}。"]  # noqa: PLR2004
        if gone
        else []
    )
    if data["document"] == base.document:
        found.append("文号和印发日期还是上一年的，印发后请补上。")
    return found


def save(home: Home, data: dict[str, Any]) -> Path:
    """Write <home>/plans/YEAR.toml; Refusal 409 when there is a plan of that year."""
    path = home.root / "plans" / f"{data['year']}.toml"
    if path.exists():
        raise Refusal(409, f"{data['year']}年的计划已经有了。", f"{path.name} exists already")
    path.parent.mkdir(parents=True, exist_ok=True)
    plan = Plan.model_validate(data).model_dump(mode="python", by_alias=True, exclude_none=True)
    write_atomic(path, tomlkit.dumps(_plain(plan)).encode())
    sync(path.parent)
    return path


def _plain(value: Any) -> Any:  # noqa: ANN401 - what TOML holds
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, (list, tuple)) else value
