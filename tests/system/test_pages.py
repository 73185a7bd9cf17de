"""The pages in a real Chromium.

No errors, no requests, sorting, search, print, phone, dark, and an axe accessibility run.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support.homes import pipeline
from tests.support.report_home import reported_home

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"),
    reason="needs Debian's Chromium: apt-get install chromium",
)
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = reported_home(tmp_path_factory.mktemp("pages") / "home")
    for report in ("scoreboard", "weekly"):
        assert pipeline(home, "report", report).returncode == 0
    return home


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def show(
    browser: Browser, path: Path, width: int = 1200, dark: bool = False
) -> tuple[Page, list[str], list[str]]:
    page = browser.new_page(
        viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light"
    )
    told: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    return page, told, asked


@pytest.mark.parametrize("name", ["scoreboard.html", "weekly/2023-W23/index.html"])
def test_no_errors_no_foreign_requests_fits_a_phone_and_the_dark(
    home: Path, browser: Browser, name: str
) -> None:
    path = home / "output" / name
    for width, dark in ((1200, False), (390, False), (390, True)):
        page, told, asked = show(browser, path, width, dark)
        assert told == []
        assert all(url.startswith(path.parent.as_uri()) for url in asked)
        if name == "scoreboard.html":
            assert asked == [path.as_uri()], "one self-contained file"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (
            "nothing sticks out to the side"
        )
        page.close()


@pytest.mark.parametrize("name", ["scoreboard.html", "weekly/2023-W23/index.html"])
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing(home: Path, browser: Browser, name: str, dark: bool) -> None:
    # axe is a script of the tests'
    page = browser.new_page(bypass_csp=True, color_scheme="dark" if dark else "light")
    page.goto((home / "output" / name).as_uri())
    found = Axe().run(page)
    assert [
        (item["id"], item["nodes"][0]["html"][:120]) for item in found.response["violations"]
    ] == []


def test_read_out_by_keyboard_and_pointer(home: Path, browser: Browser) -> None:
    page, told, _ = show(browser, home / "output" / "scoreboard.html")
    plot, readout = (
        page.locator("#g-wechat_followers .plot"),
        page.locator("#g-wechat_followers [data-ro]"),
    )
    # followers: +100 a day to 110 700 on 11 June
    assert "6月11日" in readout.inner_text()
    assert "110,700" in readout.inner_text()
    plot.focus()
    page.keyboard.press("ArrowLeft")
    assert "6月10日" in readout.inner_text()
    assert "110,600" in readout.inner_text()
    assert str(plot.get_attribute("aria-valuetext")).startswith("6月10日，实际110,600人")
    page.keyboard.press("Home")
    assert "1月1日" in readout.inner_text()
    assert "数据缺失" in readout.inner_text(), "no export covers 1 January: missing, not 0"
    page.keyboard.press("End")
    assert "12月31日" in readout.inner_text()
    box = plot.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(readout).not_to_contain_text("12月31日")
    assert told == []
    page.close()


def test_search_projects_theme_and_wall(home: Path, browser: Browser) -> None:
    page, told, _ = show(browser, home / "output" / "scoreboard.html")
    page.locator(".pj").first.focus()
    assert "：" not in page.locator("#pr b").inner_text()
    page.get_by_role("button", name="深色").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.get_by_role("searchbox").fill("没有这样的题目")
    assert "没有找到" in page.locator("#qc").inner_text()
    page.close()
    wall = browser.new_page(viewport={"width": 1920, "height": 1080})
    wall.goto((home / "output" / "scoreboard.html").as_uri() + "?wall=60")
    seen = set()
    for _ in range(wall.locator("#wb u").count()):
        shown = wall.locator("main>section.on")
        assert shown.count() == 1
        assert wall.evaluate("document.documentElement.scrollHeight") <= 1080, (
            "a chapter fits the screen"
        )
        seen.add(shown.get_attribute("aria-labelledby"))
        wall.keyboard.press("ArrowRight")
    assert len(seen) >= 7
    wall.keyboard.press("Escape")
    assert not wall.evaluate("document.documentElement.classList.contains('wall')")
    assert told == []
    wall.close()


def test_the_league_sorts_and_keeps_silent_units_last(home: Path, browser: Browser) -> None:
    page, told, _ = show(browser, home / "output" / "scoreboard.html")
    rows = page.locator("#league tbody tr")
    silent = page.locator("#league tbody tr[data-none]").count()
    for _ in range(2):
        page.locator("#league").get_by_role("button", name="单位").press("Enter")
        flags = [row.get_attribute("data-none") is not None for row in rows.all()]
        assert flags == [False] * (len(flags) - silent) + [True] * silent
    assert told == []
    page.close()


def test_prints_on_two_pages_of_a4(home: Path, browser: Browser) -> None:
    page, _, _ = show(browser, home / "output" / "scoreboard.html")
    paper = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", paper)) == 2
    page.close()


def test_the_mail_is_one_screen_and_an_appendix(home: Path, browser: Browser) -> None:
    page, _, _ = show(browser, home / "output" / "weekly" / "2023-W23" / "index.html", 640)
    assert (
        page.locator("[data-part=appendix]").evaluate(
            "node => node.getBoundingClientRect().top + scrollY"
        )
        <= 2500
    )
    page.close()
