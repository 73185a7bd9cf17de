"""The life of an alert: opened, acknowledged, closed, reopened within the cool-down.

Many are told in few lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.run.alerts import update_alerts
from reports.operator_mail import LINES_A_RULE
from tests.support.homes import growth_html, make_home, pipeline, rows, run
from tests.support.models import FullBench, d

if TYPE_CHECKING:
    from pathlib import Path


def night(bench: FullBench, run_id: str, day: str, *subjects: str) -> int:
    """One night on which these subjects' conditions hold."""
    bench.con.execute("delete from mart.alert_condition")
    bench.lines(
        "mart.alert_condition", "rule subject cause_zh", *(("r", name, run_id) for name in subjects)
    )
    return update_alerts(bench.con, run_id, d(day))


def alerts(bench: FullBench, columns: str = "subject, state") -> list[tuple[object, ...]]:
    bench.put("ops.alert")
    return bench.con.execute(f"select {columns} from ops.alert order by run_id, subject").fetchall()


def test_a_condition_that_returns_within_seven_days_reopens_its_alert() -> None:
    bench = FullBench()
    bench.put("ops.alert")
    assert night(bench, "1", "2023-06-01", "a", "b") == 2
    assert night(bench, "2", "2023-06-02", "b") == 0
    assert alerts(bench) == [("a", "closed"), ("b", "open")]
    assert night(bench, "3", "2023-06-08", "a", "b") == 0, "six days later: the old alert"
    assert alerts(bench, "subject, state, cause_zh, closed_on") == [
        ("a", "open", "3", None),
        ("b", "open", "1", None),
    ]
    assert night(bench, "4", "2023-06-09") == 0
    assert night(bench, "5", "2023-06-16", "a") == 1, "seven days later: a new one"
    assert alerts(bench) == [("a", "closed"), ("b", "closed"), ("a", "open")]


def test_what_is_acknowledged_stays_so_over_the_cool_down() -> None:
    bench = FullBench()
    bench.put("ops.alert")
    night(bench, "1", "2023-06-01", "a")
    bench.con.execute("update ops.alert set state = 'acknowledged', acknowledged_at = now()")
    night(bench, "2", "2023-06-02", "a")
    assert alerts(bench) == [("a", "acknowledged")]
    night(bench, "3", "2023-06-03")
    night(bench, "4", "2023-06-04", "a")
    assert alerts(bench) == [("a", "acknowledged")]


def test_with_a_clock_set_back_the_last_runs_alert_is_the_one_that_reopens() -> None:
    bench = FullBench()
    bench.put("ops.alert")
    night(bench, "1", "2023-06-01", "a")
    night(bench, "2", "2023-06-02")
    assert night(bench, "3", "2023-06-12", "a") == 1
    bench.con.execute(
        "update ops.alert set opened_at = opened_at - interval 40 day where run_id = '3'"
    )
    night(bench, "4", "2023-06-13")
    assert night(bench, "5", "2023-06-14", "a") == 0
    assert alerts(bench, "run_id, state") == [("1", "closed"), ("3", "open")]


def test_a_person_acknowledges_an_alert(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    (home / "inbox" / "main-wechat" / "g.xls").write_text(
        growth_html(("2023-06-01", "5", "2", "3", "100")), "utf-8"
    )
    run(home, "2023-06-15")  # two weeks behind
    assert ("stale_source", "main-wechat") in rows(home, "select rule, subject from ops.alert")
    listed = pipeline(home, "alerts", "list").stdout
    assert "stale_source" in listed
    (alert,) = rows(home, "select alert_id from ops.alert where rule = 'stale_source'")
    done = pipeline(home, "alerts", "ack", str(alert[0])[:8], "--by", "张三", "--note", "周五导出")
    assert done.returncode == 0
    assert "没有新数据" in done.stdout
    told = "select state, acknowledged_by, note from ops.alert where rule = 'stale_source'"
    assert rows(home, told) == [("acknowledged", "张三", "周五导出")]
    run(home, "2023-06-16")
    assert rows(home, told) == [("acknowledged", "张三", "周五导出")]
    assert "stale_source" not in pipeline(home, "report", "alerts").stdout, (
        "who knows is not told again"
    )
    for unknown, told in (("zzz", "no open alert begins with 'zzz'"), ("", "begin with ''")):
        refused = pipeline(home, "alerts", "ack", unknown, "--by", "张三")
        assert (refused.returncode, told in refused.stderr) == (2, True)


def test_a_rule_with_many_subjects_is_told_in_few_lines(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    accounts = "".join(
        f'\n[[accounts]]\nid = "a{i}"\nname = "账号{i}"\nplatform = "wechat"\nunit = "市局"\n'
        for i in range(30)
    )
    (home / "pipeline.toml").write_text(
        (home / "pipeline.toml").read_text("utf-8") + accounts, "utf-8"
    )
    for i in range(30):
        (home / "inbox" / f"a{i}").mkdir()
        day = f"2023-05-{1 + i:02d}" if i < 2 else "2023-06-01"
        (home / "inbox" / f"a{i}" / "g.xls").write_text(
            growth_html((day, "5", "2", "3", f"{100 + i}")), "utf-8"
        )
    run(home, "2023-06-15")
    lines = pipeline(home, "report", "alerts").stdout.splitlines()
    stale = [line for line in lines if "stale_source" in line]
    assert len(stale) == LINES_A_RULE + 1
    assert stale[-1] == "另有 18 条同类提醒（stale_source），见 alerts list"  # 28 of the 30
