"""`make demo`: a night on the examples, from the inbox to the scoreboard."""

from __future__ import annotations

import secrets
import shutil
import subprocess
import sys
from pathlib import Path

from examples.analysts import add_analyst_files
from examples.home import make_home
from pipeline.config.home import Home, command
from web.access.passwords import hash_password
from web.access.users import Users

AS_OF = "2023-10-31"
PEOPLE = (
    ("admin", "admin", ""),
    ("office", "office", ""),
    ("huangpu", "unit", "黄浦区"),
    ("leader", "viewer", ""),
)
_MARKER = ".made-by-make-demo"
_QUARANTINE_EXPECTED = 3


def main(folder: Path) -> int:
    """Run the demo in `folder`; returns the exit code."""
    if folder.exists() and not (folder / _MARKER).exists():
        print(f"{folder} exists and was not made by `make demo`: give another folder")
        return 2
    shutil.rmtree(folder, ignore_errors=True)
    add_analyst_files(make_home(folder))
    (folder / _MARKER).touch()
    print(
        f"A small bureau's exports of 2022 and 2023 wait in {folder}/inbox. The nightly job, as "
        f"of {AS_OF}:\n"
    )
    code = _pipeline(folder, "run", "--as-of", AS_OF)
    if code != _QUARANTINE_EXPECTED:
        print(f"the run ended with {code}, expected {_QUARANTINE_EXPECTED}")
        return code or 1
    print(
        "\n(Exit code 3 is right here: somebody dropped the canteen's menu into an inbox.)\n"
        "\nThe same night once more:\n"
    )
    # The report reads the published file while the second night runs: readers and nights never wait
    # for each other.
    # our own command line
    with subprocess.Popen(  # noqa: S603
        command(folder, "report", "weekly"), stdout=subprocess.PIPE, text=True
    ) as weekly:
        code = _pipeline(folder, "run", "--as-of", AS_OF)
        page, _ = weekly.communicate()
    if code != 0 or weekly.returncode != 0:
        return code or weekly.returncode
    print(
        (
            "\nThe weekly report (made while that night ran) and the scoreboard page:\n\n"
            f"{page.strip()}"
        ),
        flush=True,
    )
    code = _pipeline(folder, "report", "scoreboard")
    if code != 0:
        return code
    password = add_people(folder)
    print(f"""
Where to look:
  {folder}/warehouse.duckdb        the published figures; tables mart.*, every column with a comment
  {folder}/output/scoreboard.html  open it in a browser; it needs no network
  {folder}/output/weekly/          the week's report: index.html, charts, data.xlsx and
                                   mail.eml (not sent: no server is set)
  {folder}/quarantine/             the refused file and its .reason.txt
  .venv/bin/python -m pipeline --home {folder} status
  .venv/bin/python -m pipeline --home {folder} sql "from mart.account_daily order by date desc limit 7"

The desk in the browser, with a user of each role (admin, office, huangpu of 黄浦区, leader),
all with the password {password}:
  .venv/bin/python -m pipeline --home {folder} serve
""")
    return 0


def add_people(folder: Path) -> str:
    """Add a user of each role to the desk and return their password, made for this demo."""
    password = secrets.token_urlsafe(9)
    users = Users(Home(folder))
    for name, role, unit in PEOPLE:
        users.add(name, role, unit)
        users.set_hash(name, hash_password(name, password))
    return password


def _pipeline(home: Path, *words: str) -> int:
    # our own command line
    return subprocess.run(command(home, *words), check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
