#!/usr/bin/env bash
# Builds keratin in build/ and runs every test. Arguments go to ctest: ./tests/run.sh -R layers/
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source cmake/setup.sh

need "${keratin_packages[@]}"
werror=OFF
if [[ ${CI:-} == true ]]; then werror=ON; fi
build build -DCMAKE_BUILD_TYPE=Release -DKERATIN_TESTS=ON -DKERATIN_WERROR=$werror
ctest --test-dir build --output-on-failure --parallel "$(nproc)" "$@"
