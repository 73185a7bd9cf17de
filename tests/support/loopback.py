"""Bring loopback up in a network namespace of our own, where no `ip` command is installed.

`python -m tests.support.loopback`.
"""

from __future__ import annotations

import fcntl
import socket
import struct

_SET_FLAGS, _UP = 0x8914, 0x1  # SIOCSIFFLAGS, IFF_UP: linux/sockios.h, linux/if.h


def main() -> None:
    """Set the flag; root only."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        fcntl.ioctl(way, _SET_FLAGS, struct.pack("16sH14x", b"lo", _UP))


if __name__ == "__main__":
    main()
