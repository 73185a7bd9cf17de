"""Debian's Dovecot in a folder of its own, for one user.

A real IMAP server with TLS of an authority that is in <folder>/ca.pem.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import trustme

USER, PASSWORD = "shuju", "s3cret-of-the-test"
DOVECOT = shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin")
_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/server.crt
ssl_key = <{folder}/server.key
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={mail_user} gid={mail_group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
"""


@contextmanager
def dovecot(folder: Path) -> Iterator[tuple[int, int]]:
    """Run the server; gives its plain and its TLS port."""
    folder.chmod(0o755)
    for parent in list(folder.parents)[:3]:
        parent.chmod(parent.stat().st_mode | 0o011) if parent.owner() == pwd.getpwuid(
            os.getuid()
        ).pw_name else None
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    issued = authority.issue_cert("localhost")
    issued.cert_chain_pems[0].write_to_path(folder / "server.crt")
    issued.private_key_pem.write_to_path(folder / "server.key")
    plain, tls = _free_port(), _free_port()
    (folder / "mail").mkdir()
    names = _names(folder)
    text = _CONFIG.format(folder=folder, password=PASSWORD, plain=plain, tls=tls, **names)
    (folder / "dovecot.conf").write_text(text, "utf-8")
    with subprocess.Popen([str(DOVECOT), "-F", "-c", str(folder / "dovecot.conf")]) as process:
        try:
            _wait_for(plain, process)
            yield plain, tls
        finally:
            process.terminate()
            process.wait(20)


def _names(folder: Path) -> dict[str, str]:
    """As root Dovecot drops to users of its own; as anybody else everything is that user's."""
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder / "mail", nobody.pw_uid, nobody.pw_gid)
        return {
            "internal": "dovecot", "internal_group": "dovecot", "login": "dovenull",
            "mail_user": "nobody", "mail_group": str(nobody.pw_gid),
        }  # fmt: skip
    me = pwd.getpwuid(os.getuid())
    group = str(me.pw_gid)
    return {
        "internal": me.pw_name,
        "internal_group": me.pw_name,
        "login": me.pw_name,
        "mail_user": me.pw_name,
        "mail_group": group,
    }


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, "dovecot ended"
        time.sleep(0.1)
    raise AssertionError("dovecot does not listen")
