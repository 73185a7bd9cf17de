"""Plans of several years.

Which one a day has, next year's out of this year's, and figures that cannot be.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from pipeline.base.errors import ConfigError
from pipeline.config.checkout import PLANS
from pipeline.config.home import Home
from pipeline.config.plan import Plan, load_plan
from pipeline.config.plans.new import new_plan, remarks
from pipeline.config.plans.years import plan_for, plan_of_year
from pipeline.config.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

TEXT = (PLANS / "2023.toml").read_text("utf-8")


def changed(tmp_path: Path, old: str, new: str) -> Path:
    """The bureau's plan with one line changed."""
    assert old in TEXT
    path = tmp_path / "2023.toml"
    path.write_text(TEXT.replace(old, new, 1), "utf-8")
    return path


@pytest.mark.parametrize(("old", "new", "told"), [
    ("target = 500", "target = nan", "finite number"),
    ("target = 500", "target = inf", "finite number"),
    ("target = 500", "target = -500", "greater than 0"),
    ("target = 500", "target = 0", "greater than 0"),
    ("target = 500", 'target = "500"', "valid number"), ("target = 500", "", "target is missing"),
    ("growth_pct = 20", "growth_pct = -20", "greater than or equal to 0"),
    ("growth_pct = 20", "growth_pct = nan", "finite number"),
    ("growth_pct = 20", "growth_pct = 20\ntarget = 5", "does not belong"),
    ('pace = "linear"', 'pace = "quarters"', "for counts only"),
    ("months = [8]", "months = [13]", "less than or equal to 12"),
    ('project = "portal_interviews"', 'project = "nowhere"', "no project"),
])  # fmt: skip
def test_impossible_figures_are_refused_with_the_line(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    path = changed(tmp_path, old, new)
    with pytest.raises(ConfigError, match=told) as refused:
        load_plan(path)
    wanted = next(
        number for number, line in enumerate(TEXT.splitlines(), 1) if line.startswith(old)
    )
    name = str(refused.value)
    if new and "no project" not in told:
        # a key's own line; what is wrong with a whole entry is told with the line of its header
        lines = path.read_text("utf-8").splitlines()
        header = max(n for n, line in enumerate(lines[:wanted], 1) if line.startswith("[["))
        assert f"line {wanted}:" in name or f"line {header}:" in name


def test_a_changed_target_holds_from_its_day(tmp_path: Path) -> None:
    entry = TEXT[
        TEXT.index('[[targets]]\nid = "activities"') : TEXT.index('[[targets]]\nid = "livestreams"')
    ]
    later = entry.replace("target = 80", "target = 100\nfrom = 2023-07-01")
    plan = load_plan(changed(tmp_path, entry, entry + later))
    aims = {
        day: {t.id: t.target for t in plan.targets_on(day)}
        for day in (date(2023, 6, 30), date(2023, 7, 1))
    }
    assert [aim["activities"] for aim in aims.values()] == [80, 100]
    assert [list(aim) for aim in aims.values()] == [
        [t.id for t in load_plan(PLANS / "2023.toml").targets]
    ] * 2
    with pytest.raises(ConfigError, match="stands twice"):
        load_plan(changed(tmp_path, entry, entry + entry))
    with pytest.raises(ConfigError, match="not in 2023"):
        load_plan(changed(tmp_path, entry, entry + later.replace("2023-07-01", "2024-07-01")))


def test_schedules() -> None:
    plan = load_plan(PLANS / "2023.toml")
    shares = {target.id: plan.schedule(target) for target in plan.targets}
    assert shares["wechat_reads"] == shares["livestreams"] == {}
    assert shares["training_sessions"] == {3: 0.25, 6: 0.25, 9: 0.25, 12: 0.25}
    assert shares["portal_interviews"] == {11: 1.0}
    # 37 projects: 11 of the whole year give a twelfth each to January, and one is January's own
    assert shares["activities"][1] == pytest.approx((11 / 12 + 1) / 37)
    assert sum(shares["activities"].values()) == pytest.approx(1)


def home_with(tmp_path: Path, *years: int) -> Home:
    (tmp_path / "plans").mkdir()
    for year in years:
        text = TEXT.replace("year = 2023", f"year = {year}", 1).replace(
            "base_year = 2022", f"base_year = {year - 1}"
        )
        (tmp_path / "plans" / f"{year}.toml").write_text(text, "utf-8")
    return Home(tmp_path)


def test_the_plan_is_that_of_the_days_year(tmp_path: Path) -> None:
    home = home_with(tmp_path, 2025, 2026)
    free = Settings()
    assert [
        plan_for(home, free, date(y, m, d)).year
        for y, m, d in ((2025, 12, 31), (2026, 1, 1), (2023, 5, 5))
    ] == [2025, 2026, 2023]  # fmt: skip
    assert plan_for(home, Settings(plan="2025"), date(2026, 1, 1)).year == 2025
    assert plan_for(home, Settings(plan="plans/2026.toml"), date(2025, 1, 1)).year == 2026


def test_a_year_without_a_plan_goes_on_with_nothing_to_reach(tmp_path: Path) -> None:
    home = home_with(tmp_path, 2025)
    plan: Plan = plan_of_year(home, 2027)
    assert (plan.year, plan.base_year, len(plan.targets), plan.projects) == (2027, 2026, 9, ())
    assert {(target.target, target.growth_pct) for target in plan.targets} == {(None, None)}
    (tmp_path / "plans" / "2025.toml").rename(tmp_path / "plans" / "2028.toml")
    with pytest.raises(ConfigError, match="its name says 2028"):
        plan_of_year(home, 2028)


def test_next_years_plan_out_of_this_years(tmp_path: Path) -> None:
    home = Home(tmp_path)
    path = new_plan(home, 2024, None)
    plan = load_plan(path)
    assert (plan.year, plan.base_year, plan.title) == (
        2024,
        2023,
        "上海市城管执法系统2024年宣传工作计划",
    )
    assert (plan.document, plan.issued_on, plan.annotations) == ("", None, ())
    names = {project.id: project for project in plan.projects}
    assert names["satisfaction_h2_2022"].keywords[0] == "2023年下半年满意度"
    assert "# kind: stock_growth" in path.read_text("utf-8")  # what people wrote beside it stays
    assert any("第六届" in line for line in remarks(plan))
    with pytest.raises(ConfigError, match="exists already"):
        new_plan(home, 2024, None)
    with pytest.raises(ConfigError, match="no plan to begin with"):
        new_plan(home, 2026, 2025)
