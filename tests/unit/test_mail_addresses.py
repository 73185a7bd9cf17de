"""Addresses as people write them: split or refused at once, compared whatever their spelling."""

from __future__ import annotations

import base64

import pytest
from pydantic import ValidationError

from pipeline.config import addresses
from pipeline.config.settings import Mail
from pipeline.mail.smtp import _masked

PASSWORD = "s3cret-of-the-test"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("leader@x.cn, deputy@y.cn", ["leader@x.cn", "deputy@y.cn"]),
        ("Leader <l@x.cn>；d@y.cn", ["Leader <l@x.cn>", "d@y.cn"]),
        ("张三 <a@例子.中国>", ["张三 <a@xn--fsqu00a.xn--fiqs8s>"]),
        ("l@X.CN", ["l@x.cn"]),
    ],
)
def test_what_is_an_address_is_split_and_its_domain_is_ascii(text: str, found: list[str]) -> None:
    assert [str(addresses.parse(one)) for one in addresses.split(text)] == found


@pytest.mark.parametrize(
    "text",
    ["nobody", "é@x.cn", "a@", "@x.cn", "a b@x.cn", "a@-x.cn", "a@x..cn", "a.@x.cn", ".a@x.cn",
        "a@@x.cn", "l@x.cn>", "a@x_y.cn",
     "a@x.cn\r\nBcc: b@x.cn", "a@[127.0.0.1]", ""],
)  # fmt: skip
def test_what_is_none_is_refused_with_the_settings(text: str) -> None:
    with pytest.raises(ValidationError, match="no mail address"):
        Mail.model_validate({"from": "a@x.cn", "to": ["ok@x.cn", text]})


def test_spellings_of_one_address_are_one() -> None:
    assert {addresses.key(text) for text in ("L@x.cn", "l@x.cn", "Leader <l@X.cn>", " l@x.cn")} == {
        "l@x.cn"
    }
    with pytest.raises(ValidationError, match=r"stands twice in mail\.to"):
        Mail.model_validate({"from": "a@x.cn", "to": ["l@x.cn", "Leader <L@x.cn>"]})


def test_a_text_of_several_is_several() -> None:
    mail = Mail.model_validate(
        {"from": "a@x.cn", "to": "leader@x.cn, deputy@y.cn", "operators": ["o@x.cn; p@x.cn"]}
    )
    assert (mail.to, mail.operators) == (("leader@x.cn", "deputy@y.cn"), ("o@x.cn", "p@x.cn"))


@pytest.mark.parametrize(
    "echo",
    [PASSWORD, base64.b64encode(PASSWORD.encode()).decode(),
        base64.b64encode(f"\0reports\0{PASSWORD}".encode()).decode(),
     base64.b64encode(f"x\0{PASSWORD}".encode()).decode().rstrip("="), PASSWORD.encode().hex(),
     PASSWORD.encode().hex().upper()],
)  # fmt: skip
def test_no_spelling_of_the_password_stays_in_a_reply(echo: str) -> None:
    masked = _masked(f"535 5.7.8 bad: {echo} (example.org)", PASSWORD)
    assert echo not in masked
    assert masked.endswith("(example.org)")
