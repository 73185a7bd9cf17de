"""plans/2023.toml against the wording of the plan, written out here by hand."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

PLAN: dict[str, Any] = tomllib.loads(
    (Path(__file__).parents[2] / "plans/2023.toml").read_text("utf-8")
)
PROJECTS = {project["id"]: project for project in PLAN["projects"]}
ALL_YEAR = list(range(1, 13))

TARGETS = [  # 一、指标任务 and, for the last two, 二（四）3 and 二（五）1
    ("wechat_followers", "stock_growth", 20, "two_flows", "人"),
    ("wechat_reads", "flow_growth", 20, "flow", "次"),
    ("articles_10w", "count", 10, "gamma_poisson", "篇"),
    ("positive_reports", "count", 500, "flow", "篇次"),
    ("activities", "count", 80, "milestone", "次"),
    ("livestreams", "count", 5, "gamma_poisson", "场"),
    ("new_media_products", "count", 10, "gamma_poisson", "篇"),
    ("portal_interviews", "count", 3, "milestone", "场"),
    ("training_sessions", "count", 4, "milestone", "次"),
]

PROJECT_NAMES = [
    "贯彻党的二十大精神之“城管执法新时代奋斗者”主题宣讲活动",
    "重点工作专题宣传",
    "重大活动、重要节点执法保障专题宣传",
    "专题人物风采展示",
    "“上海城管”微信公众号推文优化",
    "“上海城管”微信公众号功能拓展",
    "“上海城管”视频号常态化运营",
    "“上海城管”视频号主题视频活动",
    "专题宣传培训",
    "优化门户网站发布",
    "贯彻实施“八五”普法规划",
    "第二届“最美城管人”推荐评选活动",
    "公布第二批“新民帮依忙·社区联络点”名单",
    "发布社会公众满意度测评",
    "启动宣传实践项目",
    "开展长三角一体化专题宣传",
    "“巾帼芳华”优秀女队员专题宣传",
    "开展媒体栏目合作",
    "开展文化品牌合作",
    "“爱岗敬业”优秀执法人员专题宣传",
    "指导区局开展宣传品牌活动",
    "第八届“7·15公众开放日”品牌活动",
    "年度政策性文件发布",
    "公布第二届“最美城管人”获得人选名单",
    "全系统公益阵地推广应用",
    "“夏令热线”专项行动",
    "发布社会公众满意度测评",
    "“先锋榜样”优秀党组织和党员专题宣传",
    "长三角一体化专题宣传活动",
    "“最可爱的人”优秀退役军人专题宣传",
    "迎国庆专题宣传",
    "第八届“局长接热线”专题活动",
    "“进博会”执法保障宣传",
    "“中国上海”门户网站在线直播访谈活动",
    "“宪法活动周”宣传",
    "“双十佳”宣传",
    "区局特色宣传成果展示",
]

DEPARTMENTS_AND_MONTHS = [
    ("key_work_campaign", ["办公室", "科技信息处", "执法协调处", "各单位"], ALL_YEAR),
    ("people_profiles", ["办公室", "组织人事处", "各单位"], ALL_YEAR),
    ("portal_publishing", ["办公室"], ALL_YEAR),
    ("legal_education_85", ["办公室", "执法监督处"], ALL_YEAR),
    ("finest_officers_selection", ["办公室", "各单位"], [4, 5, 6, 7, 8, 9]),
    ("liaison_points_second_list", ["办公室", "执法协调处"], [4, 5, 6]),
    ("satisfaction_h2_2022", ["执法监督处"], [1]),
    ("practice_project", ["办公室", "各单位"], [2]),
    ("women_officers", ["办公室", "各单位"], [3]),
    ("yangtze_delta_march", ["办公室", "执法规划处", "各单位"], [3]),
    ("policy_documents", ["办公室", "政策法规处"], [7]),
    ("satisfaction_h1_2023", ["执法监督处"], [7]),
    ("chiefs_answer_hotline", ["办公室", "各单位"], [10]),
    ("portal_interviews", ["办公室", "各单位"], [11]),
    ("double_top_ten", ["办公室", "组织人事处"], [12]),
]


def test_the_document() -> None:
    assert (PLAN["year"], PLAN["base_year"]) == (2023, 2022)
    assert PLAN["document"] == "沪城管执〔2023〕16号"
    assert PLAN["issued_on"] == date(2023, 2, 7)


def test_the_nine_targets_in_order() -> None:
    found = [
        (t["id"], t["kind"], t.get("growth_pct", t.get("target")), t["method"], t["unit"])
        for t in PLAN["targets"]
    ]
    assert found == TARGETS
    assert all(("growth_pct" in t) == t["kind"].endswith("_growth") for t in PLAN["targets"])
    assert all(
        t["definition_zh"].endswith("。") and t["quote"] and t["metric"] for t in PLAN["targets"]
    )


def test_all_37_projects_in_the_order_of_the_annex() -> None:
    assert [project["name_zh"] for project in PLAN["projects"]] == PROJECT_NAMES
    assert len(PROJECT_NAMES) == len(PROJECTS) == 37


@pytest.mark.parametrize(("project_id", "departments", "months"), DEPARTMENTS_AND_MONTHS)
def test_departments_and_months(project_id: str, departments: list[str], months: list[int]) -> None:
    assert PROJECTS[project_id]["departments"] == departments
    assert PROJECTS[project_id]["months"] == months


def test_the_months_of_the_annex_in_order() -> None:
    # Eleven for the whole year, two by quarter, then month by month as the table goes on.
    single = [p["months"][0] for p in PLAN["projects"] if len(p["months"]) == 1]
    assert [p["months"] for p in PLAN["projects"][:11]] == [ALL_YEAR] * 11
    assert single == [1, 2, 3, 3, 4, 5, 5, 6, 7, 7, 7, 7, 7, 7, 7, 8, 8, 9, 10, 11, 11, 12, 12, 12]


def test_a_row_that_is_split_over_two_pages_is_whole() -> None:
    assert "演练兼顾理论学习的形式" in PROJECTS["practice_project"]["content_zh"]


def test_keywords_tell_projects_apart() -> None:
    words = [word for project in PLAN["projects"] for word in project["keywords"]]
    assert len(words) == len(set(words))
    assert all(1 <= len(project["keywords"]) <= 5 for project in PLAN["projects"])


def test_units() -> None:
    units = {unit["name"]: unit for unit in PLAN["units"]}
    kinds = [unit["kind"] for unit in PLAN["units"]]
    assert kinds == ["district"] * 16 + ["area"] * 3 + ["bureau"] * 2
    assert {
        "黄浦区",
        "浦东新区",
        "崇明区",
        "临港新片区",
        "自贸区",
        "机场执法支队",
        "执法总队",
        "市局",
    } <= set(units)
    assert {"黄浦区城管执法局", "黄浦城管", "黄浦区局"} <= set(units["黄浦区"]["aliases"])
    names = [name for unit in PLAN["units"] for name in (unit["name"], *unit["aliases"])]
    assert len(names) == len(set(names))


def test_no_repair_of_the_base_year_without_a_decision() -> None:
    (lockdown,) = PLAN["annotations"]
    assert (lockdown["from"], lockdown["to"]) == (date(2022, 4, 1), date(2022, 5, 31))
    assert lockdown["affects_base"] is False
    assert "affects_base" in lockdown["reason_zh"]
