#!/bin/sh
# Install the publicity pipeline on a machine without internet, from the wheels beside this file.
# 在没有互联网的机器上安装：sh install.sh [安装目录，默认 /opt/publicity]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${1:-/opt/publicity}

(cd "$here" && sha256sum --quiet -c SHA256SUMS) || {
    echo "校验失败：安装包不完整，请重新拷贝。/ checksums differ: copy the bundle again." >&2
    exit 1
}

python=""
for name in ${PYTHON:-python3.13 python3.12 python3.11 python3}; do
    if command -v "$name" >/dev/null 2>&1 && "$name" -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
        python=$name
        break
    fi
done
[ -n "$python" ] || {
    echo "需要 Python 3.11 至 3.13（含 venv）。/ needs Python 3.11 to 3.13 with venv." >&2
    exit 1
}

"$python" -m venv "$target"
"$target/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --find-links "$here/wheels" \
    --requirement "$here/requirements.txt"
"$target/bin/pipeline" --help >/dev/null
echo "已安装 / installed: $target/bin/pipeline"
echo "试用示例 / try the example bureau: cp -r $here/example /tmp/example && $target/bin/pipeline --home /tmp/example run --as-of 2023-10-31"
