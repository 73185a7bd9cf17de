"""A small home with one published night, for the tests of reports.

Figures chosen so that they can be worked out by hand.
"""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

from tests.models.test_marts import content
from tests.support.homes import CONFIG, growth_html, make_home, run

HOSTILE = (
    "<script>alert(1)</script>",
    '=cmd|"/C calc"!A0',
    "\u202e倒着写\U0001f600$x$",
    "长" * 200,
)
WEEK = "2023-W23"  # 5 to 11 June
AS_OF = "2023-06-11"


def reported_home(folder: Path) -> Path:
    """Publish a night as of Sunday 11 June 2023.

    Followers: 100 000 at the end of 2022, 110 000 on 4 June, +100 a day to 110 700 on 11 June: the
    target is 120 000, the gain made
    10 700 of 20 000 = 53.5 %. Reads: 1 000 a day in both years' known days.
    """
    home = make_home(folder)
    days = [date(2023, 6, 4) + timedelta(days=i) for i in range(8)]
    lines = [("2022-12-31", "10", "0", "10", "100000")]
    lines += [
        (day.isoformat(), "100", "0", "100", str(110_000 + 100 * i)) for i, day in enumerate(days)
    ]
    (home / "inbox" / "main-wechat" / "growth.xls").write_text(growth_html(*lines), "utf-8")
    content(home, {date(2022, 1, 1) + timedelta(days=i): 1000 for i in range(365)})
    content(home, {date(2023, 1, 1) + timedelta(days=i): 1000 for i in range(162)})
    products = "\n".join(
        f'"{title.replace(chr(34), chr(34) * 2)}",图文,2023-06-0{n},微信公众号,示例城管,,150000'
        for n, title in enumerate(HOSTILE, 5)
    )
    (home / "inbox" / "ledger" / "products.csv").write_text(
        f"产品名称,产品类型,发布日期,首发平台,首发账号,链接,阅读量\n{products}\n", "utf-8"
    )
    run(home, AS_OF)
    return home


def home_with_mail(master: Path, folder: Path, port: int = 0, extra: str = "") -> Path:
    """Copy a published home and give it mail settings; port 0 leaves the server out."""
    home = Path(shutil.copytree(master, folder))
    host = f'host = "localhost"\nport = {port}\ntimeout_seconds = 20\n' if port else ""
    mail = (
        '[mail]\nfrom = "数据中心 <reports@example.org>"\nto = ["a@example.org", '
        f'"refused@example.org"]\noperators = ["ops@example.org"]\n{host}{extra}'
    )
    (home / "pipeline.toml").write_text(CONFIG + mail, "utf-8")
    return home
