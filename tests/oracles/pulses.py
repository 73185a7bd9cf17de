"""Oracle of the pulses: the last week against the four before, of mentions and of followers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from tests.oracles.accounts import DAY, account_daily
from tests.oracles.truth import remembered
from tests.oracles.works import mention

if TYPE_CHECKING:
    from tests.oracles.truth import Asked, Truth

KEYS = {"mention_pulse": ["tone_group"], "follower_pulse": ["account_id"]}


@remembered
def mention_pulse(truth: Truth, asked: Asked) -> pd.DataFrame:
    """A spike is five at least and three Poisson deviations over the weekly mean.

    A silence is none after four a week.
    """
    made = mention(truth, asked)
    made = made[made["published_on"] <= pd.Timestamp(asked.as_of)]
    made = made.assign(ago=(pd.Timestamp(asked.as_of) - made["published_on"]).dt.days)
    groups = {"全部": made, **{tone: made[made["tone"] == tone] for tone in ("正面", "负面")}}
    found = []
    for name, group in groups.items():
        if group.empty:
            continue
        recent, usual = int((group["ago"] < 7).sum()), group["ago"].between(7, 34).sum() / 4
        if group["ago"].max() < 35:
            verdict = "no_baseline"
        elif recent >= 5 and recent - usual > 3 * usual**0.5:
            verdict = "spike"
        else:
            verdict = "silence" if not recent and usual >= 4 else "steady"
        found.append((name, recent, usual, verdict))
    return pd.DataFrame(found, columns=["tone_group", "recent", "earlier_per_week", "verdict"])


@remembered
def follower_pulse(truth: Truth, asked: Asked) -> pd.DataFrame:
    """The seven days to the last one with a figure of those who left, against the 28 before."""
    known = account_daily(truth, asked).dropna(subset=["lost_followers"])
    found = []
    for name, group in known.groupby("account_id"):
        days = group.set_index("date").sort_index()
        until = days.index.max()
        last, before = (
            days.loc[until - 6 * DAY : until],
            days.loc[until - 34 * DAY : until - 7 * DAY],
        )
        worst = last["lost_followers"].astype(float).idxmax()
        lost, net = last["lost_followers"].mean(), last["net_followers"].sum(min_count=1)
        usual = before["lost_followers"].mean()
        if until < pd.Timestamp(asked.as_of) - 7 * DAY:
            verdict = "no_data"
        elif len(last) < 5 or len(before) < 14:
            verdict = "no_baseline"
        else:
            verdict = "drop" if net < 0 and lost >= 2 * usual else "steady"
        found.append(
            (name, until, len(last), last["lost_followers"].sum(), net, lost, usual, worst, verdict)
        )
    columns = (
        "account_id data_until days lost_followers net_followers lost_per_day earlier_per_day "
        "worst_on verdict"
    )
    return pd.DataFrame(found, columns=columns.split())
