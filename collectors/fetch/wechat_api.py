"""Fetch a certified 公众号's own figures from the official API, as JSON files for the inbox.

Layouts/wechat_api.toml reads them.

Needs the account's AppSecret in the environment (`WECHAT_SECRET_MAIN_WECHAT` for the source
main-wechat) and this machine's IP on the
account's allow-list. Every run fetches a trailing window, because WeChat corrects its figures for
some days.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from collectors.fetch.http import WebError
from collectors.fetch.options import read_options
from collectors.fetch.types import CHINA, Fetched, Trouble
from collectors.fetch.wechat_client import Common, Endpoint, RefusedError, account_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.fetch.types import Request


ENDPOINTS = (
    # a week without any change has no row
    Endpoint("getusersummary", 7, date(2014, 12, 1), may_be_empty=True),
    Endpoint("getusercumulate", 7, date(2014, 12, 1)),
    Endpoint("getbizsummary", 30, date(2025, 11, 1)),
)
# by day of publishing
ARTICLES = Endpoint("getarticletotaldetail", 1, date(2025, 11, 1), may_be_empty=True)
READS = (
    Endpoint("getarticleread", 1, date(2025, 11, 1), may_be_empty=True),
    Endpoint("getarticleshare", 1, date(2025, 11, 1), may_be_empty=True),
)


class Options(Common):
    """`options` of a `[[fetch]]` entry.

    Before `ready_hour` (Beijing) yesterday's figures are not complete, and not fetched.
    """

    # one call a day of publishing; WeChat counts for 30 days
    article_days: Annotated[int, Field(ge=0, le=30)] = 30
    # what old and new articles were read and shared, day by day
    read_days: Annotated[int, Field(ge=0, le=30)] = 3
    ready_hour: Annotated[int, Field(ge=0, le=23)] = 8


def fetch(request: Request) -> Iterator[Fetched | Trouble]:
    """Yield one file an endpoint and span, named with the day of fetching.

    A rerun does not fetch again what is already there.
    """
    try:
        options = read_options(Options, request)
        account = account_of(request, options)
    except WebError as error:
        yield Trouble(request.source, "wechat_api", transient=error.transient, reason=error.reason)
        return
    for endpoint, first, last in _calls(request, options):
        name = f"{endpoint.name}_{first}_{last}_fetched_{request.now.astimezone(CHINA).date()}.json"
        if request.have(name):
            continue
        try:
            if content := account.answer(endpoint, first, last):
                yield Fetched(request.source, name, content)
        except RefusedError as error:
            yield Trouble(
                request.source,
                name,
                error.transient,
                error.reason,
                until_tomorrow=error.stops == "day",
            )
            if error.stops != "call":
                return


def _calls(request: Request, options: Options) -> Iterator[tuple[Endpoint, date, date]]:
    """Yield the window cut into spans that each endpoint allows, oldest first."""
    now = request.now.astimezone(CHINA)
    end = now.date() - timedelta(days=1 if now.hour >= options.ready_hour else 2)
    windows = [(endpoint, options.days) for endpoint in ENDPOINTS]
    windows += [
        (ARTICLES, options.article_days),
        *((endpoint, options.read_days) for endpoint in READS),
    ]
    for endpoint, days in windows:
        first = max(end - timedelta(days=days - 1), endpoint.since)
        while first <= end:
            last = min(first + timedelta(days=endpoint.max_days - 1), end)
            yield endpoint, first, last
            first = last + timedelta(days=1)
