"""Permissions of what is made: for the user and the group, nobody else.

Secrets and the outbox have a narrower mode of their own.
"""

from __future__ import annotations

import os

_NOT_FOR_OTHERS = 0o027


def close_to_others() -> None:
    """Make every folder of this process 0750 and every file 0640.

    They are narrower where the user's umask says so.
    """
    given = os.umask(_NOT_FOR_OTHERS)
    os.umask(given | _NOT_FOR_OTHERS)
