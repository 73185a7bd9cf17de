"""The chapters of a report after its targets.

Media, units, projects, incidents, accounts, articles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reports.formatting import (
    clock_zh,
    day_zh,
    moved,
    number,
    percent,
    plain_name,
    short,
    signed,
    status_key,
    status_zh,
)

if TYPE_CHECKING:
    from datetime import date

    from reports.period import Period
    from reports.queries import Rows

_SOON = 30  # days
_NAMED = 3  # projects in one sentence
_TONES = ("positive", "neutral", "negative", "waiting")
# classes of the page
_TONE_KEYS = {"positive": "p", "neutral": "n", "negative": "g", "waiting": "u"}


def media(data: dict[str, Rows]) -> dict[str, Any]:
    """Return mentions by level and type, and positive ones by month."""
    known_total = data["mentions"][0] if data["mentions"] else {}
    total = {tone: known_total.get(tone, 0) for tone in _TONES}
    months = {row["month"]: row["positive"] for row in data["media_months"]}
    stories = known_total.get("positive_stories", 0)
    known = data["context"][0]["plan_as_of"].month
    negative = f"负面报道{number(total['negative'])}篇次" if total["negative"] else "没有负面报道"
    waiting = f"；{number(total['waiting'])}条倾向待核定，暂未计入" if total["waiting"] else ""
    return {
        "is_known": bool(data["tone"]),
        "head": (
            f"今年正面报道{number(total['positive'])}篇次，涉及{number(stories)}个选题；"
            f"{negative}{waiting}。"
        ),
        "levels": _bars(data["tone"]),
        "types": _bars(data["medium"][:8]),
        "months": [
            {"month": month, "positive": months.get(month, 0)} for month in range(1, known + 1)
        ],
        "total": total,
    }


def _bars(rows: Rows) -> list[dict[str, Any]]:
    widest = max((row["mentions"] for row in rows), default=0)
    lines = []
    for row in rows:
        x, bars = 0.0, []
        for tone in _TONES:
            width = 99.0 * row[tone] / widest
            if row[tone]:
                bars.append(
                    {
                        "tone": _TONE_KEYS[tone],
                        "x": round(x, 2),
                        "width": round(max(width - 0.3, 0.4), 2),
                    }
                )
            x += width
        texts = {tone: number(row[tone]) for tone in _TONES}
        lines.append(
            {"name": row["name"], "bars": bars, "has_positive": row["positive"] > 0, **texts}
        )
    return lines


def units(data: dict[str, Rows]) -> dict[str, Any]:
    """Return the league: units that reported by rank, those that sent nothing last as 未报."""
    rows = data["units"]
    sent = [row for row in rows if has_reported(row)]
    silent = [row["unit"] for row in rows if not has_reported(row)]
    most = max((row["positive_reports"] or 0 for row in sent), default=0)
    return {
        "head": ""
        if not rows
        else (
            f"{number(len(rows))}个单位中{number(len(sent))}个已报送，"
            f"{number(len(silent))}个今年未报。"
        ),
        "rows": [_unit(row, most) for row in sent],
        "silent": silent,
    }


def has_reported(row: dict[str, Any]) -> bool:
    """Distinguish a unit that sent anything, or said that it has nothing, from one that sent nothing."""
    return bool(row["has_reported"])


def _unit(row: dict[str, Any], most: int) -> dict[str, Any]:
    gained = row["places_gained"]
    move = (
        ""
        if gained is None
        else "持平"
        if gained == 0
        else f"{'升' if gained > 0 else '降'}{abs(gained)}位"
    )
    known = {
        name: row[name]
        for name in (
            "positive_reports",
            "period_reports",
            "activities",
            "new_media_products",
            "livestreams",
        )
    }
    return {
        "name": row["unit"],
        "rank": "—" if row["positive_reports"] is None else str(row["positive_reports_rank"]),
        "move": move,
        "share": 100 * (row["positive_reports"] or 0) / most if most else 0,
        "reads": number(row["reads"]) if row["accounts"] else "未接入",
        **{name: "—" if value is None else number(value) for name, value in known.items()},
        "sort": {
            "rank": -(row["positive_reports_rank"] or 999),
            "reads": row["reads"] if row["accounts"] else -1,
        }
        | {name: -1 if value is None else value for name, value in known.items()},
    }


def projects(data: dict[str, Rows]) -> dict[str, Any]:
    """Return the plan's projects in four states.

    They come by the month in which each is due, and as lists of each state.
    """
    today = data["context"][0]["plan_as_of"]
    items = [_project(row, today) for row in data["projects"]]
    states = {
        name: [item for item in items if item["state"] == name]
        for name in ("done", "soon", "late", "open")
    }
    parts = [
        f"{len(states[name])}项{word}"
        for name, word in (
            ("done", "已收到开展材料"),
            ("soon", "30日内到期"),
            ("late", "已超计划时限"),
            ("open", "未到期"),
        )
        if states[name]
    ]
    months = {month: [item for item in items if item["month"] == month] for month in range(13)}
    return {
        "head": f"{len(items)}项中{'，'.join(parts)}。" if items else "没有可列的项目。",
        "months": months, "now": today.month, "total": len(items),
        **{name: sorted(found, key=lambda item: item["due"]) for name, found in states.items()},
    }  # fmt: skip


def _project(row: dict[str, Any], today: date) -> dict[str, Any]:
    count = row["articles"] + row["mentions"] + row["activities"] + row["others"]
    year_long = row["months"] == 12  # noqa: PLR2004 - months of a year
    left = (row["due_on"] - today).days
    if row["is_done"]:
        last = f"，最近{day_zh(row['last_evidence_on'])}" if row["last_evidence_on"] else ""
        state, key, text = "done", "met", f"已收到开展材料{count}件{last}"
    elif row["is_overdue"]:
        state, key, text = "late", "bad", f"已超计划时限{row['days_overdue']}天，尚未收到开展材料"
    elif 0 <= left <= _SOON and not year_long:
        state, key, text = "soon", "due", f"{day_zh(row['due_on'])}到期，尚未收到开展材料"
    else:
        state, key, text = "open", "nd", f"{day_zh(row['due_on'])}到期"
    return {
        "name": row["name_zh"], "departments": row["departments"] or "部门未定", "state": state,
        "key": key, "text": text,
        "month": 0 if year_long else row["due_on"].month, "due": row["due_on"],
        "late_days": row["days_overdue"], "left": left,
    }  # fmt: skip


def incidents(data: dict[str, Rows], name_zh: str) -> dict[str, Any]:
    """Return incidents: open ones first, each with its clock against the limit."""
    rows = data["incidents"]
    new = sum(row["is_new"] for row in rows)
    year = data["incident_year"][0] if data["incident_year"] else {"still_open": 0}
    tail = f"{year['still_open']}件未办结" if year["still_open"] else "目前没有未办结的舆情"
    fresh = f"{name_zh}{f'新发现舆情{new}件' if new else '没有新发现的舆情'}"
    return {
        "head": f"今年{year['incidents']}件，回应{year['on_time']}件按时、{year['late']}件超时；{tail}。"
        if rows
        else "没有收到舆情记录。",
        "rows": [_incident(row) for row in rows],
        "new": f"{fresh}。" if rows else "",
        "line": f"{fresh}，{tail}。" if rows else "",
    }


def _incident(row: dict[str, Any]) -> dict[str, Any]:
    used, limit = row["used_hours"], row["limit_hours"]
    is_tight = row["verdict"] == "未到期" and used is not None and limit and used >= 0.75 * limit
    return {
        "title": short(row["title"]), "level": row["level"] or "未填",
        "found": f"{clock_zh(row['found_at'])}发现",
        "hours": "—" if used is None else number(used, 1),
        "limit": "—" if limit is None else f"{limit:g}",
        "share": None if used is None or not limit else min(50 * used / limit, 100),
        "verdict": row["verdict"], "key": "risk" if is_tight else status_key(row["verdict"]),
        "state": row["state"] or "未填",
    }  # fmt: skip


def accounts(data: dict[str, Rows], name_zh: str) -> dict[str, Any]:
    """Return the accounts.

    When each last posted, followers, reads of the week, sixteen weeks of reads.
    """
    rows = [_account(row, data, name_zh) for row in data["accounts"]]
    well = sum(row["verdict"] == "ok" for row in data["accounts"])
    return {
        "head": (
            f"{number(len(rows))}个账号中{number(well)}个更新正常；"
            "连续14天未更新即为不合格（国办秘函〔2019〕19号）。"
        ),
        "rows": rows,
    }


def _account(row: dict[str, Any], data: dict[str, Rows], name_zh: str) -> dict[str, Any]:
    weeks = [one for one in data["account_weeks"] if one["account_id"] == row["account_id"]]
    reads = row["reads"] if row["reads"] is not None else row["readers"]
    compared = row["reads_wow_pct"] if row["reads"] is not None else row["readers_wow_pct"]
    posted = "没有发布数据" if row["last_post_on"] is None else f"{day_zh(row['last_post_on'])}发布"
    since = "" if row["days_since_post"] is None else f"，距今{row['days_since_post']}天"
    return {
        "name": row["name"], "unit": row["owner"],
        "status": status_zh(row["verdict"] or "no_data"),
        "key": status_key(row["verdict"] or "no_data"), "posted": posted + since,
        "followers": number(row["followers"]),
        "net": "" if row["net_followers"] is None else f"{name_zh}{signed(row['net_followers'])}",
        "reads": number(reads) + ("" if row["reads"] is not None or reads is None else "（人次）"),
        "wow": "" if compared is None else f"环比{percent(compared, sign=True)}",
        "spark": spark([one["reads"] for one in weeks]),
    }  # fmt: skip


def spark(values: list[int | None]) -> list[dict[str, Any]]:
    """Return the columns of a sparkline 26 high.

    Capped at 1.7 times the median, a capped one has a notch.
    """
    known = sorted(value for value in values if value is not None)
    if not known:
        return []
    top = max(1.7 * known[len(known) // 2], 1)
    step = 100 / max(len(values), 1)
    return [
        {
            "x": round(i * step, 1), "y": round(26 - 24 * min(value, top) / top, 1),
            "w": round(0.77 * step, 1),
            "h": round(24 * min(value, top) / top, 1), "cut": value > top,
            "last": i == len(values) - 1,
        }
        for i, value in enumerate(values)
        if value is not None
    ]  # fmt: skip


def articles(data: dict[str, Rows]) -> dict[str, Any]:
    """Return the year's works above 100,000 reads and the period's two best."""
    works = [
        {
            "title": short(row["title"] or "（无标题）"), "url": row["url"],
            "by": row["owner"] or row["origin"], "on": day_zh(row["published_on"]), "mark": "",
            "reads": "10万+" if row[
                "reads_is_capped"
            ] or row["reads"] is None else number(row["reads"]),
        }
        for row in data["ten_w"]
    ]  # fmt: skip
    return {
        "works": works[:8],
        "works_total": len(works),
        "best": [_article(row) for row in data["articles"][:5]],
    }


def _article(row: dict[str, Any]) -> dict[str, Any]:
    reads = (
        "10万+"
        if row["reads_is_capped"]
        else number(row["reads"] if row["reads"] is not None else row["readers"])
    )
    return {
        "title": short(row["title"]), "url": row["url"], "by": row["account"],
        "on": day_zh(row["published_on"]), "reads": reads,
        "mark": "暂定" if row["is_provisional"] else "",
    }  # fmt: skip


def news(data: dict[str, Rows], period: Period, story: dict[str, Any]) -> list[str]:
    """Return at most five sentences of what changed in the period, each only when it did."""
    lines = [*_reads_line(data), *_still_line(data, period)] if period.kind == "weekly" else []
    gained = [row for row in data["units"] if (row["places_gained"] or 0) > 0]
    if gained:
        best = max(gained, key=lambda row: row["places_gained"])
        lines.append(
            f"{best['unit']}正面报道{number(best['positive_reports'])}篇次，"
            f"升{best['places_gained']}位，"
            f"列第{best['positive_reports_rank']}。"
        )
    lines += project_lines(story["projects"], 8 if period.kind == "weekly" else 32)
    return [*lines[:4], *([story["incidents"]["line"]] if story["incidents"]["line"] else [])]


def project_lines(found: dict[str, Any], days: int) -> list[str]:
    """Return projects newly overdue or due within days, at most three sentences."""
    late = [item for item in found["late"] if item["late_days"] <= days]
    lines = due_lines([item for item in found["soon"] if item["left"] < days])
    if late:
        lines.append(
            f"{'、'.join(item['name'] for item in late[:_NAMED])}新近超过计划时限，"
            "尚未收到开展材料。"
        )
    return lines[:3]


def due_lines(due: list[dict[str, Any]]) -> list[str]:
    """Return one sentence a day on which projects without evidence are due."""
    lines = []
    for day in sorted({item["due"] for item in due}):
        names = [item["name"] for item in due if item["due"] == day]
        more = f"等{len(names)}项" if len(names) > _NAMED else ""
        lines.append(f"{'、'.join(names[:_NAMED])}{more}{day_zh(day)}到期，尚未收到开展材料。")
    return lines


def _reads_line(data: dict[str, Rows]) -> list[str]:
    rows = [row for row in data["accounts"] if row["is_main"] and row["iso_week"] is not None]
    if not rows:
        return []
    name = "reads" if rows[0]["reads"] is not None else "readers"
    wow, yoy = rows[0][f"{name}_wow_pct"], rows[0][f"{name}_yoy_pct"]
    parts = [f"环比{moved(wow)}"] if wow is not None else []
    parts += [f"与上年可比日相比{moved(yoy)}"] if yoy is not None else []
    what = "阅读" if name == "reads" else "日阅读人数累计"
    return [f"“{rows[0]['name']}”{what}{'，'.join(parts)}。"] if parts else []


def _still_line(data: dict[str, Rows], period: Period) -> list[str]:
    still = [
        plain_name(row["name_zh"])
        for row in data["targets"]
        if row["change"] == 0 and row["kind"] == "count"
    ]
    return [f"{'、'.join(still)}{period.name_zh}没有新增。"] if still else []
