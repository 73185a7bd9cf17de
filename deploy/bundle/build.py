"""`make bundle`: one archive that installs the product on a Linux machine without internet.

It holds the product's wheel, every wheel it needs for each processor and Python named, install.sh,
the example bureau and checksums.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PROCESSORS = ("x86_64", "aarch64")
# of each, the newest maintenance release: some wheels refuse 3.11.0
PYTHONS = ("3.11", "3.12", "3.13")
TAGS = (
    "manylinux_2_28",
    "manylinux_2_27",
    "manylinux_2_26",
    "manylinux_2_24",
    "manylinux_2_17",
    "manylinux2014",
)


def main() -> None:
    """Parse the command line and write the archive."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=CHECKOUT / "dist" / "publicity-bundle.tar")
    parser.add_argument("--processor", action="append", choices=PROCESSORS, help="default: all")
    parser.add_argument("--python", action="append", choices=PYTHONS, help="default: all")
    given = parser.parse_args()
    print(write_bundle(given.out, given.processor or PROCESSORS, given.python or PYTHONS))


def write_bundle(out: Path, processors: tuple[str, ...], pythons: tuple[str, ...]) -> Path:
    """Write the archive and return its path; CalledProcessError when a wheel is not to be had."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "publicity-bundle"
        wheels = root / "wheels"
        wheels.mkdir(parents=True)
        _pip("wheel", "--no-deps", "--wheel-dir", str(wheels), str(CHECKOUT))
        product = next(wheels.glob("publicity_pipeline-*.whl"))
        needed = _needed(product)
        for processor in processors:
            for python in pythons:
                _download(needed, wheels, processor, python)
        (root / "requirements.txt").write_text("publicity-pipeline\n", "utf-8")
        shutil.copy(CHECKOUT / "deploy" / "bundle" / "install.sh", root)
        shutil.copytree(CHECKOUT / "examples" / "inbox", root / "example" / "inbox")
        shutil.copy(CHECKOUT / "examples" / "pipeline.toml", root / "example")
        _write_checksums(root)
        out.parent.mkdir(parents=True, exist_ok=True)
        with tarfile.open(out, "w") as archive:  # wheels are compressed already
            archive.add(root, root.name)
    return out


def _needed(product: Path) -> list[str]:
    """Return what the product's wheel needs at the tested versions, as pip resolves it here."""
    report = subprocess.run(
        [
            sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
            "--dry-run", "--ignore-installed",
            "--constraint", str(CHECKOUT / "constraints.txt"), "--report", "-", str(product),
        ],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    found = [item["metadata"] for item in json.loads(report.stdout)["install"]]
    return sorted(
        f"{one['name']}=={one['version']}" for one in found if one["name"] != "publicity-pipeline"
    )


def _download(needed: list[str], wheels: Path, processor: str, python: str) -> None:
    platforms = [word for tag in TAGS for word in ("--platform", f"{tag}_{processor}")]
    _pip(
        "download", "--dest", str(wheels), "--no-deps", "--only-binary", ":all:",
        "--implementation", "cp",
        "--python-version", f"{python}.9", *platforms, *needed,
    )  # fmt: skip


def _write_checksums(root: Path) -> None:
    files = sorted(path for path in root.rglob("*") if path.is_file())
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(root)}\n"
        for path in files
    ]
    (root / "SHA256SUMS").write_text("".join(lines), "utf-8")


def _pip(*words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *words], check=True
    )


if __name__ == "__main__":
    main()
