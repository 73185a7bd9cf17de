"""Fetch a 视频号's lives and its current followers, as JSON files for the inbox.

They come from the official API (permission set 160). Needs the same as wechat_api: the secret in
the environment, this machine's IP on the allow-list. Whether ordinary lives are listed is not
documented; an answer without any is no error.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from collectors.fetch.http import WebError
from collectors.fetch.options import read_options
from collectors.fetch.types import CHINA, Fetched, Trouble
from collectors.fetch.wechat_client import ApiAccount, Common, RefusedError, account_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from collectors.fetch.types import Request

_LIVES = "/channels/finderlive/get_finder_live_data_list"
_FOLLOWERS = "/channels/finderlive/get_finder_attr_by_appid"
_MOST_PAGES = 100


class Options(Common):
    """`options` of a `[[fetch]]` entry; lives that ended within the last `days`."""


def fetch(request: Request) -> Iterator[Fetched | Trouble]:
    """Yield today's follower figure and the pages of the list of lives.

    A rerun does not fetch again what is already there.
    """
    now = request.now.astimezone(CHINA)
    try:
        options = read_options(Options, request)
        account = account_of(request, options)
    except WebError as error:
        yield Trouble(
            request.source, "channels_api", transient=error.transient, reason=error.reason
        )
        return
    item = f"get_finder_attr_by_appid_fetched_{now.date()}.json"
    try:
        if not request.have(item):
            yield Fetched(request.source, item, account.call(_FOLLOWERS, {})[0])
        item = f"get_finder_live_data_list_fetched_{now.date()}_"
        yield from _lives(request, account, item, now - timedelta(days=options.days))
    except RefusedError as error:
        yield Trouble(
            request.source, item, error.transient, error.reason, until_tomorrow=error.stops == "day"
        )


def _lives(request: Request, account: ApiAccount, item: str, since: datetime) -> Iterator[Fetched]:
    """Yield the pages.

    They hang together by `last_buffer`, so the first one that is had means that all are.
    """
    span = {"start_time": int(since.timestamp()), "end_time": int(request.now.timestamp())}
    buffer = ""
    for page in range(1, _MOST_PAGES + 1):
        name = f"{item}{page}.json"
        if request.have(name):
            return
        content, document = account.call(_LIVES, {**span, "last_buffer": buffer})
        if document.get("item"):
            yield Fetched(request.source, name, content)
        if not document.get("continue_flag"):
            return
        buffer = str(document.get("last_buffer", ""))
