"""Oracle of what is published: article, video, mention, story, review_queue, ten_w_article."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import pandas as pd

from tests.oracles.truth import current, newest, remembered

if TYPE_CHECKING:
    from tests.oracles.truth import Asked, Truth

DAY = pd.Timedelta(days=1)
KEYS = {
    "story_suggestion": ["title", "other_title", "first_published_on", "other_published_on"],
    "article_daily": ["account_id", "article_id", "date"],
    "article": ["account_id", "title", "published_on"],
    "video": ["account_id", "video_id"],
    "mention": ["media_name", "title", "published_on"],
    "story": ["title", "first_published_on"],
    "review_queue": ["media_name", "title", "published_on"],
    "ten_w_article": ["title", "published_on"],
}


@remembered
def article(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.article.

    The readers-only export counts for longer than the 7-day one, so its figures come first.
    """
    frame = truth.frame("articles", "articles_people").rename(
        columns={"source": "account_id", "gained": "followers_gained"}
    )
    frame = frame[frame["published_on"] <= asked.as_of].copy()
    people = frame["kind"] == "articles_people"
    frame.loc[people, ["reads", "shares", "delivered"]] = None
    frame["window"] = people.map({True: 2, False: 1})
    ranked = frame.assign(line=0, seq=frame["window"] * 1_000_000 + frame["seq"])
    key = ["account_id", "title", "published_on"]
    best = current(ranked, key)[
        [*key, "reads", "readers", "shares", "sharers", "followers_gained", "finish_rate"]
    ]
    late = current(frame, key)[[*key, "url", "delivered"]]
    top = frame["known_on"].where(
        frame["reads"].astype(float).fillna(frame["readers"].astype(float)).gt(100_000)
    ).groupby([frame[name] for name in key]).min()  # fmt: skip
    capped = (
        frame["capped"]
        .fillna(value=False)
        .astype(bool)
        .groupby([frame[name] for name in key])
        .any()
    )
    found = (
        best.merge(late, on=key)
        .merge(top.rename("first_10w_on").reset_index(), on=key)
        .merge(capped.rename("reads_is_capped").reset_index(), on=key)
    )
    # only the 7-day export has reads
    found["window_days"] = found["reads"].notna().map({True: 7, False: None})
    found["is_10w"] = (found["reads"].fillna(found["readers"]) > 100_000) | found["reads_is_capped"]
    found["is_provisional"] = found["published_on"] > asked.as_of - 7 * DAY
    return found


def video(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.video."""
    kept = [
        "account_id",
        "video_id",
        "title",
        "published_on",
        "finish_rate",
        "plays",
        "hearts",
        "thumbs",
        "comments",
        "shares",
        "forwards",
        "followers_gained",
        "is_provisional",
    ]
    if not truth.has("videos"):
        return pd.DataFrame(columns=kept)
    names = {"source": "account_id", "work_id": "video_id", "gained": "followers_gained"}
    frame = truth.frame("videos").rename(columns=names)
    frame = current(frame[frame["published_on"] <= asked.as_of], ["account_id", "video_id"])
    frame["is_provisional"] = frame["published_on"] > asked.as_of - 7 * DAY
    return frame[kept]


TONES = {"正面": "正面", "中性": "中性", "负面": "负面"}


@remembered
def publications(truth: Truth, asked: Asked) -> pd.DataFrame:
    """One row a publication (`pub`), filled from the ledger first, then from the vendor, later rows first."""
    frame = truth.frame("report", "news").rename(
        columns={
            "day": "published_on",
            "media": "media_name",
            "type": "media_type",
            "level": "media_level",
        }
    )
    frame = frame[frame["pub"].notna() & (frame["published_on"] <= asked.as_of)]
    # within one file the lower row replaces the same publication's row above
    frame = newest(frame, ["seq", "pub"])
    frame["author"] = frame["author"].str.strip("'")
    frame["tone"] = frame["tone_raw"].map(TONES)
    frame["tone_source"] = (
        frame["kind"].map({"report": "person", "news": "vendor"}).where(frame["tone"].notna())
    )
    frame["origin"] = frame["kind"].map({"report": "ledger", "news": "vendor"})
    frame["unit"] = frame["unit_text"].map(truth.units)
    frame["capped"] = frame["capped"].fillna(value=False).astype(bool)
    frame = frame.sort_values(
        ["origin", "seq", "line"], ascending=[True, False, False], kind="stable"
    )
    frame["pub"] = frame["pub"].astype(str)
    by = frame.groupby("pub", as_index=False)
    found = by.first()
    found["reads_is_capped"] = frame.groupby("pub")["capped"].any().reindex(found["pub"]).to_numpy()
    found["is_positive_report"] = found["tone"] == "正面"
    return _with_stories(found)


def _with_stories(found: pd.DataFrame) -> pd.DataFrame:
    """A title is one story as long as no more than seven days pass between two publications."""
    found = found.sort_values(["title", "published_on"], kind="stable")
    fresh = found.groupby("title")["published_on"].diff().gt(7 * DAY) | ~found["title"].duplicated()
    return found.assign(story=fresh.cumsum())


def mention(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.mention; a story is named by its first day and the number of its publications."""
    kept = [
        "media_name",
        "title",
        "published_on",
        "media_type",
        "media_level",
        "author",
        "tone",
        "tone_source",
        "is_positive_report",
        "reads",
        "reads_is_capped",
        "unit",
        "origin",
    ]
    return publications(truth, asked)[kept]


def story(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.story."""
    by = publications(truth, asked).groupby("story")
    found = by.agg(
        title=("title", "first"), first_published_on=("published_on", "min"),
        mentions=("pub", "size"),
        positive_mentions=("is_positive_report", "sum"), media=("media_name", "nunique"),
    )  # fmt: skip
    return found.reset_index(drop=True)


SUSPECT = re.compile("掀翻|强拆|审查调查|不买账|围观|混乱|纵容|没用")


def review_queue(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.review_queue: publications of the plan's year that nobody has given a tone."""
    found = publications(truth, asked)
    found = found[
        found["tone"].isna() & found["published_on"].between(asked.start, asked.upto)
    ].copy()
    found["is_suspected_negative"] = (found["tone_raw"] == "敏感") | found["title"].map(
        lambda title: bool(SUSPECT.search(title))
    ).astype(bool)
    return found[["media_name", "title", "published_on", "tone_raw", "is_suspected_negative"]]


def ten_w_article(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.ten_w_article: own articles, products and reports above 100,000, by address.

    The own article speaks first.
    """
    owners = {account.account_id: account.name for account in truth.accounts}
    own = article(truth, asked).query("is_10w")
    own = own.assign(
        origin="自有账号",
        owner=own["account_id"].map(owners),
        reads=own["reads"].fillna(own["readers"]),
        rank=1,
    )
    made = newest(truth.frame("product"), ["name", "day"]).rename(
        columns={"name": "title", "day": "published_on", "account_name": "owner"}
    )
    made = made[(made["reads"] > 100_000) & (made["published_on"] <= asked.as_of)]
    made = made.assign(
        origin="新媒体产品", rank=2, reads_is_capped=made["capped"], first_10w_on=made["known_on"]
    )
    press = (
        publications(truth, asked)
        .query("reads > 100000 or reads_is_capped")
        .rename(columns={"media_name": "owner"})
    )
    press = press.assign(origin="媒体报道", rank=3)
    kept = [
        "title",
        "origin",
        "owner",
        "published_on",
        "url",
        "reads",
        "reads_is_capped",
        "first_10w_on",
        "rank",
    ]
    every = pd.concat(
        [part.reindex(columns=kept).astype(object) for part in (own, made, press)]
    ).sort_values("rank", kind="stable")
    every["item"] = every["url"].map(
        lambda url: url.split("&sn=")[0] if isinstance(url, str) else None
    )
    every["item"] = every["item"].fillna(every["title"] + every["published_on"].astype(str))
    by = every.groupby("item", sort=False)
    found = by.first()
    found["reads_is_capped"] = by["reads_is_capped"].any()
    found["published_on"], found["first_10w_on"], found["evidence_rows"] = (
        by["published_on"].min(),
        by["first_10w_on"].min(),
        by.size(),
    )
    return found.drop(columns=["rank", "url"]).reset_index(drop=True)


def article_daily(_truth: Truth, _asked: Asked) -> pd.DataFrame:
    """Neither world has answers of the API: no figure by day of an article is known."""
    return pd.DataFrame(columns=["account_id", "article_id", "date", "readers", "sharers"])


DISTRICTS = re.compile(
    "黄浦|徐汇|长宁|静安|普陀|虹口|杨浦|闵行|宝山|嘉定|浦东|金山|松江|青浦|奉贤|崇明"
)


def _marks(title: str) -> tuple[list[str], set[str]]:
    return sorted(re.findall("[0-9]+", title)), set(DISTRICTS.findall(title))


def _grams(title: str) -> set[str]:
    level = unicodedata.normalize("NFKC", title).lower()
    key = re.sub("[^0-9a-z\u3400-\u9fff]", "", re.sub("【[^】]*】", "", level))
    return {key[i : i + 2] for i in range(len(key) - 1)} if len(key) >= 4 else set()


def story_suggestion(truth: Truth, asked: Asked) -> pd.DataFrame:
    """Pairs of recent stories at most three days apart whose titles share 0.6 of their pairs of
    signs, with the same numbers and districts.
    """
    made = story(truth, asked)
    recent = made[made["first_published_on"] > pd.Timestamp(asked.as_of) - 60 * DAY]
    rows = [
        (str(one["title"]), pd.Timestamp(one["first_published_on"]))
        for one in recent.to_dict("records")
    ]
    found = []
    for title, day in rows:
        for other, later in rows:
            apart = (later - day).days
            one, two = _grams(title), _grams(other)
            if (
                not 0 <= apart <= 3
                or (apart == 0 and other <= title)
                or not one
                or not two
                or _marks(title) != _marks(other)
            ):
                continue
            if len(one & two) / len(one | two) >= 0.6:
                found.append((title, other, day, later, len(one & two) / len(one | two)))
    columns = ["title", "other_title", "first_published_on", "other_published_on", "likeness"]
    return pd.DataFrame(found, columns=columns)
