"""The pages in a real Chromium: no errors, no requests, sorting, search, print, phone, dark, and an axe accessibility run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.homes import pipeline
from tests.support.report_home import reported_home

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"), reason="needs Debian's Chromium: apt-get install chromium"
)
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
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


def show(browser: Browser, path: Path, width: int = 1200, dark: bool = False) -> tuple[Page, list[str], list[str]]:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light")
    told: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    return page, told, asked


@pytest.mark.parametrize("name", ["scoreboard.html", "weekly/2023-W23/index.html"])
def test_no_errors_no_foreign_requests_fits_a_phone_and_the_dark(home: Path, browser: Browser, name: str) -> None:
    path = home / "output" / name
    for width, dark in ((1200, False), (390, False), (390, True)):
        page, told, asked = show(browser, path, width, dark)
        assert told == []
        assert all(url.startswith(path.parent.as_uri()) for url in asked)
        if name == "scoreboard.html":
            assert asked == [path.as_uri()], "one self-contained file"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, "nothing sticks out to the side"
        page.close()


@pytest.mark.parametrize("name", ["scoreboard.html", "weekly/2023-W23/index.html"])
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing(home: Path, browser: Browser, name: str, dark: bool) -> None:
    page = browser.new_page(bypass_csp=True, color_scheme="dark" if dark else "light")  # axe is a script of the tests'
    page.goto((home / "output" / name).as_uri())
    found = Axe().run(page)
    assert [(item["id"], item["nodes"][0]["html"][:120]) for item in found.response["violations"]] == []


def test_sorts_by_keyboard_and_searches(home: Path, browser: Browser) -> None:
    page, told, _ = show(browser, home / "output" / "scoreboard.html")
    table = page.locator("#targets + div table")
    button = table.get_by_role("button", name="进度 %")

    def order() -> list[str]:
        return [text.split("（")[0] for text in table.locator("tbody th").all_inner_texts()]

    button.focus()
    page.keyboard.press("Enter")
    first = order()
    page.keyboard.press("Enter")
    second = order()
    # Progress: followers 53.5 %, 10W+ and products 40 %, reads 37.0 %; the others have none and stand last either way.
    best = ["“上海城管”微信公众号粉丝量", "阅读量“10W+”的正面宣传报道", "新媒体宣传产品", "“上海城管”微信公众号阅读量"]
    assert first[:4] == best
    assert (second[0], second[3]) == (best[3], best[0])
    assert set(first[4:]) == set(second[4:])
    box = page.get_by_label("查找").nth(1)
    rows = page.locator("#project-table tbody tr")
    box.fill("夏令热线")
    assert [row.is_visible() for row in rows.all()].count(True) == 1
    box.fill("")
    assert [row.is_visible() for row in rows.all()].count(True) == 37
    assert told == []
    page.close()


def test_prints_on_paper(home: Path, browser: Browser) -> None:
    page, _, _ = show(browser, home / "output" / "scoreboard.html")
    paper = page.pdf(format="A4")
    assert paper.startswith(b"%PDF-")
    assert len(paper) > 20_000
    page.close()
