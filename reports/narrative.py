"""A report in words: every sentence and table cell as text, made once and shown alike in mail, text part, page and Word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reports.formatting import clock_zh, day_zh, number, outlook_zh, percent, short, signed, status_zh

if TYPE_CHECKING:
    from reports.period import Period
    from reports.queries import Rows

_TOP = 5
_WEEK = 7


def tell(data: dict[str, Rows], period: Period, commentary: list[str]) -> dict[str, Any]:
    """Return the report's parts, in the reading order of a leader: verdict, targets, changes, lists, data notes."""
    context = data["context"][0]
    articles = [_article(row) for row in data["articles"]]
    return {
        "period": period,
        "title": period.title_zh,
        "as_of": day_zh(context["as_of"]),
        "verdict": verdict(data["targets"], context),
        "commentary": commentary,
        "kpis": [_kpi(row, period.name_zh) for row in data["targets"]],
        "changes": _changes(data, period),
        "top": articles[:_TOP],
        "bottom": articles[-_TOP:] if len(articles) > 2 * _TOP else [],
        "articles_total": len(articles),
        "ten_w": [_ten_w(row) for row in data["ten_w"] if period.first <= row["published_on"] <= period.last],
        "units": [_unit(row) for row in data["units"]],
        "calendar": _calendar(data["projects"]),
        "incidents": [_incident(row) for row in data["incidents"]],
        "activities": [
            f"{day_zh(row['started_on'])} {short(row['name'])}（{row['unit'] or '单位未填'}）"
            for row in data["activities"]
        ],
        "alerts": [row["cause_zh"] for row in data["alerts"]],
        "notes": _notes(data),
        "definitions": [f"{row['name_zh']}：{row['definition_zh']}" for row in data["targets"]],
        "run_id": context["run_id"],
    }


def verdict(targets: Rows, context: dict[str, Any]) -> str:
    """Return the one sentence a leader reads first."""
    counts = {
        status: sum(row["status"] == status for row in targets)
        for status in ("met", "on_track", "at_risk", "behind", "no_baseline", "no_data")
    }
    parts = [f"{count} 项{status_zh(status)}" for status, count in counts.items() if count]
    growth = [_growth_words(row) for row in targets if row["kind"] != "count" and row["growth_pct"] is not None]
    tail = f"；公众号{'，'.join(growth)}" if growth else ""
    return f"截至{day_zh(context['as_of'])}，{len(targets)} 项年度指标中{'、'.join(parts)}{tail}。"


def _growth_words(row: dict[str, Any]) -> str:
    name = row["name_zh"].removeprefix("“上海城管”微信公众号")
    return f"{name}增长 {percent(row['growth_pct'])}、{status_zh(row['status'])}"


def _kpi(row: dict[str, Any], name_zh: str) -> dict[str, str]:
    low, high = row["forecast_low"], row["forecast_high"]
    more = {
        f"{name_zh}变化": signed(row["change"]),
        "全年预测": "—"
        if row["forecast"] is None
        else number(row["forecast"])
        if low is None
        else f"{number(low)}–{number(high)}",
        "余下需同比": percent(row["required_growth_pct"], sign=True),
        "达成把握": outlook_zh(row),
        "覆盖": "—" if row["days_covered"] is None else f"{row['days_covered']}/{row['days_expected']} 天",
    }
    return {
        "name": f"{row['name_zh']}（{row['unit']}）",
        "actual": number(row["actual"]),
        "target": number(row["target"]),
        "progress": percent(row["progress_pct"]),
        "forecast": more["全年预测"],
        "change": signed(row["change"]),
        "more": "；".join(f"{label} {value}" for label, value in more.items() if value != "—"),
        "status": status_zh(row["status"]),
        "state": row["status"],
    }


def _changes(data: dict[str, Rows], period: Period) -> list[str]:
    """Return what moved in the period: sentences, each with its figures."""
    lines = []
    if period.kind == "weekly":
        lines += [_account_line(row) for row in data["accounts"]]
    moved = [
        f"{row['name_zh']} {signed(row['change'])} {row['unit']}"
        for row in data["targets"]
        if row["kind"] == "count" and row["change"]
    ]
    if moved:
        lines.append(f"计数指标：{'；'.join(moved)}。")
    return lines


def _account_line(row: dict[str, Any]) -> str:
    if row["iso_week"] is None:
        return f"{row['name']}：本周无数据。"
    net = "" if row["net_followers"] is None else f"（净增 {signed(row['net_followers'])}）"
    parts = [f"粉丝 {number(row['followers'])} 人{net}"]
    if row["reads"] is not None:
        parts.append(_compared(row, "reads", "阅读", "次"))
    elif row["readers"] is not None:
        parts.append(_compared(row, "readers", "日阅读人数累计", "人次"))
    return f"{row['name']}：{'，'.join(parts)}。"


def _compared(row: dict[str, Any], name: str, word: str, unit: str) -> str:
    """Return a week's figure with what it is compared to, and how many of the seven days it covers."""
    sides = (("环比", f"{name}_wow_pct"), ("同比可比日", f"{name}_yoy_pct"))
    remarks = [f"{label} {percent(row[column], sign=True)}" for label, column in sides if row[column] is not None]
    if row[f"{name}_days"] != _WEEK:
        remarks.append(f"仅 {row[f'{name}_days']} 天有数")
    return f"{word} {number(row[name])} {unit}" + (f"（{'，'.join(remarks)}）" if remarks else "")


def _article(row: dict[str, Any]) -> dict[str, Any]:
    reads = f"{number(row['reads'])} 次" if row["reads"] is not None else f"{number(row['readers'])} 人"
    return {
        "title": short(row["title"]),
        "url": row["url"],
        "account": row["account"],
        "on": day_zh(row["published_on"]),
        "reads": reads,
        "shares": "—" if row["shares"] is None else number(row["shares"]),
        "mark": "10W+" if row["is_10w"] else "暂定" if row["is_provisional"] else "",
    }


def _ten_w(row: dict[str, Any]) -> str:
    return f"{day_zh(row['published_on'])}《{short(row['title'])}》{number(row['reads'])}{'＋' if row['reads_is_capped'] else ''}（{row['origin']}：{row['owner']}）"


def _unit(row: dict[str, Any]) -> dict[str, Any]:
    moved = row["places_gained"]
    move = "" if moved is None else "持平" if moved == 0 else f"{'升' if moved > 0 else '降'} {abs(moved)} 位"
    return {
        "place": "—" if row["positive_reports_rank"] is None else str(row["positive_reports_rank"]),
        "name": row["unit"],
        "reports": number(row["positive_reports"]),
        "week": "—" if row["period_reports"] is None else number(row["period_reports"]),
        "activities": number(row["activities"]),
        "move": move,
    }


def _calendar(projects: Rows) -> dict[str, list[str]]:
    def line(row: dict[str, Any]) -> str:
        return f"{row['name_zh']}（{row['departments'] or '部门未定'}，{row['time_zh']}）"

    return {
        "done": [line(row) for row in projects if row["is_done"]],
        "overdue": [f"{line(row)}：逾期 {row['days_overdue']} 天，尚无佐证" for row in projects if row["is_overdue"]],
        "soon": [
            f"{line(row)}：{day_zh(row['due_on'])}到期" for row in projects if row["is_due_soon"] and not row["is_done"]
        ],
    }


def _incident(row: dict[str, Any]) -> dict[str, Any]:
    used = "—" if row["used_hours"] is None else f"{row['used_hours']:.1f} 小时"
    limit = "—" if row["limit_hours"] is None else f"{row['limit_hours']:g} 小时"
    return {
        "title": short(row["title"]),
        "level": row["level"] or "未填",
        "found": clock_zh(row["found_at"]),
        "clock": f"{used}／{limit}",
        "verdict": row["verdict"],
        "state": row["state"] or "未填",
    }


def _notes(data: dict[str, Rows]) -> list[str]:
    """Return the data notes: coverage, what is provisional, gaps, restatements, what waits for a person."""
    lines = [
        f"{row['name_zh']}：覆盖 {row['days_covered']}/{row['days_expected']} 天。"
        for row in data["targets"]
        if row["days_covered"] is not None
    ]
    lines += [f"{row['name_zh']}：{row['note_zh']}。" for row in data["targets"] if row["note_zh"]]
    lines += [
        f"{row['name']} {'粉丝' if row['metric'] == 'followers' else '阅读'}缺 {row['gap_from']} 至 {row['gap_to']}（{row['days']} 天），按缺失处理，不当作 0。"
        for row in data["gaps"]
    ]
    lines += [
        f"数据修订：{row['table_name']}.{row['column_name']} 有 {row['changed']} 个旧值被新文件改正（例 {row['example']}）。"
        for row in data["restated"]
    ]
    waiting = data["review"][0]["waiting"]
    if waiting:
        lines.append(f"有 {waiting} 条记录等待人工确认（mart.review_queue），确认前不计入。")
    lines += [f"说明：{row['from_on']} 至 {row['to_on']} {row['reason_zh']}" for row in data["annotations"]]
    lines.append(
        "最近 3 天的账号数据和发表未满 7 天的文章为暂定数；没有数据的写“无数据”，不当作 0；预测为常见范围（约八成情形），不是保证。"
    )
    return lines
