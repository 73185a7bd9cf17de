"""Mail addresses.

Split lists, check with the code that builds messages, compare whatever their spelling.
"""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import getaddresses

import idna

# ASCII before the @: few servers take anything else (SMTPUTF8), and such a mail would stop at the
# first that does not
_ADDRESS = re.compile(r"^([!-~]+)@([^@\s]+)$")


def split(text: str) -> list[str]:
    """Return the addresses of a text such as `Leader <l@x.cn>, deputy@x.cn`, each as written.

    ValueError for what is none.
    """
    if any(sign in text for sign in "\r\n\0"):
        raise ValueError(f"{text!r} is no mail address")
    found = getaddresses([text.replace("，", ",").replace("；", ",").replace(";", ",")])
    if not found or any(not address for _, address in found):
        raise ValueError(f"{text!r} is no mail address")
    return [f'"{name}" <{address}>' if name else address for name, address in found]


def parse(text: str) -> Address:
    """Return one address as the message builder takes it, its domain in ASCII (IDNA).

    ValueError when it is no address.
    """
    try:
        ((name, address),) = getaddresses([text])
        ((local, domain),) = _ADDRESS.findall(address)
        return Address(name, addr_spec=f"{local}@{idna.encode(domain, uts46=True).decode('ascii')}")
    except (
        HeaderParseError,
        IndexError,
        ValueError,
    ) as error:  # UnicodeError and idna's own are ValueErrors
        raise ValueError(f"{text!r} is no mail address") from error


def key(text: str) -> str:
    """Return what two spellings of one address share: `Leader <L@X.cn>` and `l@x.cn` are one.

    The text itself when it is no address.
    """
    try:
        return parse(text).addr_spec.lower()
    except ValueError:
        return text.strip().lower()
