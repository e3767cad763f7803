#!/usr/bin/env bash
# Makes a sample of the golden numbers anew with real Keras and compares it with what is committed; then, where BUILD_DIR
# has the tests' program, has h5py and Keras read what keratin writes, Keras train in turn with it, and ONNX Runtime run
# what it writes as ONNX. They come into
# an environment of its own under BUILD_DIR, kept for the next time. Where it cannot be had, says so and ends with
# CTest's code for a test that was skipped.
# Usage: check.sh BUILD_DIR [FAMILY...]
set -euo pipefail

skipped=77
families=(ops initializers functional public_names) # seconds each; the others take up to a minute
seconds_to_install=${KERATIN_GOLDEN_INSTALL_SECONDS:-90}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if [[ $# -lt 1 ]]; then
    echo "usage: check.sh BUILD_DIR [FAMILY...]" >&2
    exit 2
fi
environment=$1/golden-venv
if [[ $# -gt 1 ]]; then families=("${@:2}"); fi

skip() {
    echo "golden numbers: not compared with Keras: $1"
    exit "$skipped"
}

if ! command -v python3 > /dev/null; then skip "there is no python3"; fi
if ! cmp -s "$here/requirements.txt" "$environment/installed.txt"; then
    rm -rf "$environment"
    if ! python3 -m venv "$environment" > "$1/golden-venv.log" 2>&1; then
        rm -rf "$environment"
        skip "python3 has no venv (Debian's package python3-venv)"
    fi
    if ! timeout "$seconds_to_install" "$environment/bin/python" -m pip install --quiet --disable-pip-version-check \
        -r "$here/requirements.txt" > "$1/golden-venv.log" 2>&1 < /dev/null; then
        rm -rf "$environment"
        skip "pip could not install it within $seconds_to_install s; $1/golden-venv.log says why"
    fi
    cp "$here/requirements.txt" "$environment/installed.txt"
fi

export PYTHONDONTWRITEBYTECODE=1
"$environment/bin/python" "$here/check.py" "${families[@]}"
program=$1/tests/keratin_tests
if [[ $# -le 1 && -x $program ]]; then
    "$environment/bin/python" "$here/check_hdf5.py" "$program"
    "$environment/bin/python" "$here/check_keras.py" "$program"
    listed=$("$program" --list-tests "[onnx_files]" || true) # exits with how many there are
    if [[ $listed == *onnx_files* ]]; then
        rm -rf "$1/onnx-files"
        mkdir "$1/onnx-files"
        KERATIN_ONNX_DIRECTORY=$1/onnx-files "$program" "[onnx_files]" < /dev/null
        "$environment/bin/python" "$here/check_onnx.py" "$1/onnx-files"
    fi
fi
