"""The desk in a real Chromium: every page at two widths, light and dark, with axe.

Handing in, tones, commentary, next year's plan by keyboard and mouse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from examples.home import make_home
from tests.support.desk import PASSWORD, add_people, serving
from tests.support.homes import pipeline, run

# skipped where there is no Chromium
from tests.system.test_pages import CHROMIUM, FLAGS, pytestmark  # noqa: F401

PAGES = {
    "office1": (
        "/",
        "/upload",
        "/owed",
        "/todo",
        "/board",
        "/targets/wechat_followers",
        "/targets/articles_10w",
        "/query",
        "/reports",
        "/runs",
        "/password",
    ),
    "unit_a": ("/", "/upload", "/owed", "/todo", "/board"),
    "leader": ("/", "/board", "/reports"),
    "boss": ("/plan", "/plan/new", "/users"),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = make_home(tmp_path_factory.mktemp("chromium") / "home")
    run(home, "2023-10-31", 3)
    for report in ("scoreboard", "weekly"):
        assert pipeline(home, "report", report).returncode == 0
    add_people(home)
    return home


@pytest.fixture(scope="module")
def base(home: Path) -> Iterator[str]:
    with serving(home) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def enter(
    browser: Browser,
    base: str,
    user: str,
    width: int = 1280,
    dark: bool = False,
    *,
    axe: bool = False,
) -> tuple[Page, list[str]]:
    """Log in by keyboard alone; returns the page and what the console says from then on."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        bypass_csp=axe,
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{base}/login")
    page.focus("#user")
    page.keyboard.type(user)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{base}/")
    told: list[str] = []
    page.on(
        "console",
        lambda message: told.append(message.text) if message.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: told.append(str(error)))
    return page, told


@pytest.mark.parametrize("user", PAGES)
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_pages_fit_say_nothing_and_pass_axe(
    browser: Browser, base: str, user: str, width: int, dark: bool
) -> None:
    page, told = enter(browser, base, user, width, dark)
    for path in PAGES[user]:
        answer = page.goto(base + path)
        assert answer is not None
        assert answer.status == 200, path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert told == []
    page.context.close()
    page, _ = enter(browser, base, user, width, dark, axe=True)  # axe is a script of the tests'
    for path in PAGES[user]:
        page.goto(base + path)
        found = Axe().run(page).response["violations"]
        assert [(item["id"], item["nodes"][0]["html"][:120]) for item in found] == [], path
    page.context.close()


def test_a_district_hands_in_a_ledger_with_wrong_cells_and_corrects_them(
    browser: Browser, base: str, home: Path, tmp_path: Path
) -> None:
    page, told = enter(browser, base, "unit_a")
    ledger = tmp_path / "宣传活动台账.csv"
    ledger.write_text(
        (
            "活动名称,活动类型,开始日期,主办单位,参与人数\n进社区,进社区,2023-10-09,黄浦区,30\n"
            "无日期,进社区,改日,黄浦区,20\n,进社区,2023-10-11,黄浦区,20\n"
        ),
        "utf-8",
    )
    page.goto(f"{base}/upload")
    page.set_input_files("#pick", str(ledger))
    receipt = page.locator("article.rc")
    expect(receipt.locator(".st").first).to_have_text("2个单元格读不出", timeout=60_000)
    expect(receipt.locator("td.addr")).to_have_text(["C3", "A4"])
    expect(receipt.locator("td.val").first).to_have_text("改日")
    receipt.get_by_role("button", name="先交可读的1行").click()
    expect(receipt.locator(".st").first).to_have_text("已提交")
    assert (home / "inbox" / "黄浦区" / "宣传活动台账.csv").is_file()
    page.goto(f"{base}/todo")
    expect(page.locator("#rows h3")).to_contain_text("宣传活动台账.csv，2行")
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("下载待改的2行")).click()
    assert download.value.suggested_filename == "宣传活动台账-待改2行.xlsx"
    page.goto(f"{base}/upload")
    page.get_by_role("button", name="撤回").first.click()
    expect(page.locator(".said")).to_contain_text("已撤回")
    assert not (home / "inbox" / "黄浦区" / "宣传活动台账.csv").exists()
    assert told == []
    page.context.close()


DROP = """([name, text]) => {
    const data = new DataTransfer(); data.items.add(new File([text], name));
    document.body.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}));
}"""


def test_a_file_dropped_on_the_front_page_is_handed_in_taken_back_and_handed_in_again(
    browser: Browser, base: str, home: Path
) -> None:
    page, told = enter(browser, base, "unit_a")
    text = "活动名称,活动类型,开始日期,主办单位,参与人数\n拖进来的,进社区,2023-10-09,黄浦区,30\n"
    page.evaluate(DROP, ["拖放台账.csv", text])
    page.wait_for_url(f"{base}/upload")
    receipt = page.locator("article.rc")
    expect(receipt.locator("h3")).to_have_text("拖放台账.csv")
    receipt.get_by_role("button", name="提交").click()
    expect(receipt.locator(".st").first).to_have_text("已提交")
    waiting = home / "inbox" / "黄浦区" / "拖放台账.csv"
    page.reload()
    page.get_by_role("button", name="撤回").first.click()
    expect(page.locator(".said")).to_contain_text("已撤回")
    assert not waiting.exists()
    page.reload()
    page.get_by_role("button", name="重新提交").first.click()
    expect(page.get_by_role("button", name="撤回").first).to_be_visible()
    assert waiting.is_file()
    waiting.unlink()
    assert told == []
    page.context.close()


def test_the_office_settles_tones_by_keys_and_takes_one_back(
    browser: Browser, base: str, home: Path
) -> None:
    page, told = enter(browser, base, "office1", 390)
    page.goto(f"{base}/todo")
    expect(page.locator("#tone-left")).to_have_text("还有25条")
    first = page.locator("#tone-title").inner_text()
    for key in "1234":
        before = page.locator("#tone-left").inner_text()
        page.keyboard.press(key)
        expect(page.locator("#tone-left")).not_to_have_text(before)
    page.keyboard.press("z")
    expect(page.locator("#tone-trail li").first).to_contain_text("负面")
    lines = (home / "decisions.jsonl").read_text("utf-8").splitlines()
    assert sum('"kind":"tone"' in line for line in lines) >= 5
    assert '"value":null' in lines[-1], "the last answer was taken back"
    page.reload()
    assert page.locator("#tone-title").inner_text() != first
    assert told == []
    page.context.close()


def test_a_commentary_is_kept_as_it_is_typed_and_reaches_the_report(
    browser: Browser, base: str, home: Path
) -> None:
    page, told = enter(browser, base, "office1")
    page.goto(f"{base}/reports/weekly/2023-W43")
    page.fill("#note", "粉丝增长放缓，请各单位转发公众号推文。")
    expect(page.locator("#note-state")).to_contain_text("已存")
    page.reload()
    expect(page.locator("#note")).to_have_value("粉丝增长放缓，请各单位转发公众号推文。")
    assert pipeline(home, "report", "weekly", "--week", "2023-W43").returncode == 0
    assert "请各单位转发公众号推文" in (
        home / "output" / "weekly" / "2023-W43" / "index.html"
    ).read_text("utf-8")
    assert told == []
    page.context.close()


def test_an_admin_makes_next_years_plan_and_a_user(browser: Browser, base: str, home: Path) -> None:
    page, told = enter(browser, base, "boss")
    page.goto(f"{base}/plan/new")
    year = int(page.locator("#plan").get_attribute("data-year") or 0)
    page.locator('[data-target="activities"] input').fill("90")
    page.get_by_role("button", name="下一步：项目").click()
    page.locator("[data-project] input[name=months]").first.fill("")
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.locator("#found .note.bad")).to_contain_text("没有写在哪几个月")
    page.locator('[data-p="3"] [data-step="2"]').click()
    page.locator("[data-project] input[name=months]").first.fill("3、4")
    page.get_by_role("button", name="下一步：核对").click()
    page.locator("#save:not([disabled])").click()
    page.wait_for_url(f"{base}/plan")
    assert "target = 90" in (home / "plans" / f"{year}.toml").read_text("utf-8")
    page.goto(f"{base}/users")
    page.get_by_role("button", name="新建用户").click()
    page.fill("#un", "zhang")
    page.select_option("#ro", "viewer")
    page.get_by_role("button", name="生成设密码链接").click()
    expect(page.locator("#link")).to_contain_text("/set-password?token=")
    assert told == []
    page.context.close()


def test_a_query_becomes_a_table_and_a_chart(browser: Browser, base: str) -> None:
    page, told = enter(browser, base, "leader")
    page.goto(f"{base}/query")
    page.get_by_role("button", name="每周粉丝和阅读").click()
    expect(page.locator("#count")).to_have_text(re.compile(r"^\d+行$"))
    page.get_by_role("button", name="线", exact=True).click()
    expect(page.locator("#plot svg path.l")).to_have_count(1)
    page.fill("#sql", "select nothing from mart.article")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#wrong")).to_contain_text("有误")
    assert [text for text in told if "422" not in text] == []
    page.context.close()


PAPER = 1032  # CSS pixels of A4 landscape between margins of 12 mm


@pytest.mark.parametrize(("user", "path"), [
    ("office1", "/owed"), ("unit_a", "/owed"), ("office1", "/board"), ("leader", "/board"),
])  # fmt: skip
def test_a_print_cuts_no_column(browser: Browser, base: str, user: str, path: str) -> None:
    page, _ = enter(browser, base, user)
    page.goto(base + path)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 700})
    over = page.evaluate(
        """limit => [...document.querySelectorAll('main th, main td, main li')]
            .filter(n => n.offsetParent && n.getBoundingClientRect().right > limit + 1)
            .map(n => n.textContent.trim().slice(0, 40))""",
        PAPER,
    )
    assert over == []
    hidden = page.evaluate(
        """() => [...document.querySelectorAll('main .gridwrap, main .wide-x')]
            .filter(n => n.scrollWidth > n.clientWidth + 1 || n.scrollHeight > n.clientHeight + 1).length"""
    )
    assert hidden == 0, "nothing is behind a scroll bar on paper"
    if path == "/owed":
        assert page.locator("table.owed thead th").count() == 13
    content = page.pdf(prefer_css_page_size=True)
    assert content.startswith(b"%PDF")
    boxes = set(re.findall(rb"/MediaBox \[([0-9. ]+)\]", content))
    assert {tuple(round(float(one)) for one in box.split()) for box in boxes} == {(0, 0, 842, 595)}
    page.context.close()


def test_a_cell_of_the_grid_says_what_is_missing_by_keyboard(browser: Browser, base: str) -> None:
    page, told = enter(browser, base, "office1", 900)
    page.goto(f"{base}/owed")
    cells = page.locator("table.owed button.c")
    cells.first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("tr.det h3")).to_have_count(1)
    expect(page.locator("tr.det")).to_contain_text("缺")
    page.keyboard.press("Enter")
    expect(page.locator("tr.det")).to_have_count(0)
    page.select_option("#unit", "黄浦区")
    assert page.locator("table.owed tbody:not([hidden])").count() == 1
    page.select_option("#unit", "")
    page.check("#only")
    assert page.locator("table.owed tbody:not([hidden]) tr:not(.own):not([hidden])").evaluate_all(
        "lines => lines.every(line => line.querySelector('button.c'))"
    )
    wrap = page.locator(".gridwrap")
    wrap.evaluate("node => { node.scrollTop = 400; node.scrollLeft = 300; }")
    head = page.locator("table.owed thead th").first.bounding_box()
    box = wrap.bounding_box()
    assert head is not None
    assert box is not None
    assert (abs(head["x"] - box["x"]) < 2, abs(head["y"] - box["y"]) < 2) == (True, True), "frozen"
    assert told == []
    page.context.close()
