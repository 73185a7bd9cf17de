"""The seed tables as Arrow makes them of settings, plan, media and calendar."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.csv

from collectors.platforms import load_platforms
from pipeline.config.expectations import Expected
from pipeline.config.media import COLUMNS as MEDIA_COLUMNS
from pipeline.warehouse.ddl import comment_on

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import duckdb

    from pipeline.config.media import Medium
    from pipeline.config.plan import Plan, Target
    from pipeline.config.settings import Settings

_COMMENTS = {
    "account": "账号（pipeline.toml）",
    "platform": "平台（collectors/platforms.toml）：名称、直播归在哪个平台名下",
    "media": "媒体级别表（plans/media.csv、media.csv，可由人工修改）",
    "own_media": "自有媒体名称：不计入媒体报道",
    "expected_export": "应报的数据：哪个账号或单位、哪种数据、多久一次、何时前交（版式与 pipeline.toml）",
    "expected_layout": "应报的数据由哪些版式的文件报来",
    "plan_year": "有计划的年度",
    "plan_target": "年度计划指标：截至日有效的一版",
    "plan_target_version": "年度计划指标的各版：年中调整的，自 from_on 起用新的",
    "plan_target_month": "按季或按月的指标：每个月末应完成的份额",
    "plan_project": "年度宣传项目表",
    "plan_project_month": "项目所在月份",
    "plan_project_department": "项目责任部门",
    "plan_project_keyword": "识别项目的关键词（可由人工修改）",
    "plan_column": "计划列出的媒体品牌栏目",
    "plan_column_word": "版面栏目里写着什么即为该品牌栏目",
    "plan_annotation": "特殊时段说明",
    "unit": "全系统单位",
    "unit_alias": "单位名称与别名",
    "calendar_day": "日历：工作日、节假日、春节偏移、可比日",
}


def replace_seeds(  # noqa: PLR0913 - one argument a thing that people write
    con: duckdb.DuckDBPyConnection,
    *,
    settings: Settings,
    plan: Plan,
    targets: list[Target],
    media: list[Medium],
    years: list[int],
    expected: list[Expected],
    calendar: Path,
) -> None:
    """Write all seed tables anew."""
    tables = {
        **_account_tables(settings),
        **_platform_table(),
        **_target_tables(plan, targets),
        **_plan_tables(plan),
        **_unit_tables(plan),
    }
    for name, table in tables.items():
        _replace(con, name, table)
    _replace(con, "media", _table(dict.fromkeys(MEDIA_COLUMNS, pa.string()), media))
    _replace(con, "calendar_day", pyarrow.csv.read_csv(calendar))
    _replace(con, "plan_year", _table({"year": pa.int32()}, [(year,) for year in years]))
    _replace(con, "expected_export", _expected_table(expected))
    _replace(con, "expected_layout", _expected_layouts(expected))


def _account_tables(settings: Settings) -> dict[str, pa.Table]:
    accounts = [(a.id, a.name, a.platform, a.main, a.unit) for a in settings.accounts]
    names = {*settings.own_media, *(a.name for a in settings.accounts)}
    return {
        "account": _table(
            {
                "account_id": pa.string(),
                "name": pa.string(),
                "platform": pa.string(),
                "is_main": pa.bool_(),
                "unit": pa.string(),
            },
            accounts,
        ),
        "own_media": _table({"media_name": pa.string()}, [(name,) for name in sorted(names)]),
    }


def _platform_table() -> dict[str, pa.Table]:
    rows = [
        (name, p.name_zh, p.live_zh or p.name_zh, p.lives_by_default)
        for name, p in load_platforms().items()
    ]
    kinds = {
        "platform": pa.string(),
        "name_zh": pa.string(),
        "live_zh": pa.string(),
        "lives_by_default": pa.bool_(),
    }
    return {"platform": _table(kinds, rows)}


def _target_tables(plan: Plan, targets: list[Target]) -> dict[str, pa.Table]:
    text, number, whole = pa.string(), pa.float64(), pa.int32()
    rows = [
        (
            i, t.id, t.name_zh, t.kind, t.metric, t.unit, t.growth_pct, t.target, t.method,
            t.paced_by, t.project, t.definition_zh, t.quote,
        )
        for i, t in enumerate(targets, 1)
    ]  # fmt: skip
    shares = [(t.id, month, share) for t in targets for month, share in plan.schedule(t).items()]
    versions = [
        (t.id, t.from_ or date(plan.year, 1, 1), t.growth_pct, t.target) for t in plan.targets
    ]
    return {
        "plan_target": _table(
            {
                "position": whole, "target_id": text, "name_zh": text, "kind": text,
                "metric": text, "unit": text,
                "growth_pct": number, "target": number, "method": text, "pace": text,
                "project_id": text, "definition_zh": text, "quote_zh": text,
            },
            rows,
        ),
        "plan_target_version": _table(
            {"target_id": text, "from_on": pa.date32(), "growth_pct": number, "target": number},
            versions,
        ),
        "plan_target_month": _table({"target_id": text, "month": whole, "share": number}, shares),
    }  # fmt: skip


def _expected_table(rows: list[Expected]) -> pa.Table:
    text, whole = pa.string(), pa.int32()
    kinds = {
        "is_daily": pa.bool_(),
        "within_days": whole,
        "window_days": whole,
        "since": pa.date32(),
    }
    names = [name for name in Expected._fields if name != "layouts"]
    values = [tuple(getattr(row, name) for name in names) for row in rows]
    return _table({name: kinds.get(name, text) for name in names}, values)


def _expected_layouts(rows: list[Expected]) -> pa.Table:
    pairs = {(row.export, layout, row.is_daily) for row in rows for layout in row.layouts}
    return _table(
        {"export": pa.string(), "layout": pa.string(), "is_daily": pa.bool_()}, sorted(pairs)
    )


def _plan_tables(plan: Plan) -> dict[str, pa.Table]:
    text, whole = pa.string(), pa.int32()
    projects = [
        (i, p.id, p.name_zh, p.time_zh, p.content_zh) for i, p in enumerate(plan.projects, 1)
    ]
    spans = [(a.from_, a.to, a.affects_base, a.reason_zh) for a in plan.annotations]
    return {
        "plan_project": _table(
            {
                "position": whole, "project_id": text, "name_zh": text, "time_zh": text,
                "content_zh": text,
            },
            projects,
        ),
        "plan_project_month": _table(
            {"project_id": text, "month": whole},
            [(p.id, m) for p in plan.projects for m in p.months],
        ),
        "plan_project_department": _table(
            {"project_id": text, "department": text},
            [(p.id, d) for p in plan.projects for d in p.departments],
        ),
        "plan_project_keyword": _table(
            {"project_id": text, "keyword": text},
            [(p.id, k) for p in plan.projects for k in p.keywords],
        ),
        "plan_column": _table(
            {"position": whole, "column_id": text, "name_zh": text},
            [(i, c.id, c.name_zh) for i, c in enumerate(plan.media_columns, 1)],
        ),
        "plan_column_word": _table(
            {"column_id": text, "word": text},
            [(c.id, word) for c in plan.media_columns for word in c.words],
        ),
        "plan_annotation": _table(
            {
                "from_on": pa.date32(), "to_on": pa.date32(), "affects_base": pa.bool_(),
                "reason_zh": text,
            },
            spans,
        ),
    }  # fmt: skip


def _unit_tables(plan: Plan) -> dict[str, pa.Table]:
    aliases = sorted(
        {(name, unit.name) for unit in plan.units for name in (unit.name, *unit.aliases)}
    )
    return {
        "unit": _table(
            {"unit": pa.string(), "kind": pa.string()},
            [(unit.name, unit.kind) for unit in plan.units],
        ),
        "unit_alias": _table({"alias": pa.string(), "unit": pa.string()}, aliases),
    }  # fmt: skip


def _table(columns: dict[str, pa.DataType], rows: Iterable[tuple[Any, ...]]) -> pa.Table:
    listed = list(rows)
    return pa.table(
        {
            name: pa.array([row[i] for row in listed], kind)
            for i, (name, kind) in enumerate(columns.items())
        }
    )


def _replace(con: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    con.register("seed_arrow", table)
    con.execute(f"create or replace table raw.{name} as select * from seed_arrow")
    con.unregister("seed_arrow")
    comment_on(
        con, f"raw.{name}", _COMMENTS[name], {column: column for column in table.column_names}
    )
