#!/usr/bin/env bash
# A trial, not a test: compiles these sources against newer libraries than the system's, warnings are errors. PREFIX holds
# xsimd, xtl, xtensor, fmt, Catch2, nlohmann_json and CLI11, as the packages of another release unpack:
#
#     apt-get download libxsimd-dev xtl-dev libxtensor-dev libfmt-dev libcatch2-dev nlohmann-json3-dev libcli11-dev
#     for package in *.deb; do dpkg-deb -x "$package" PREFIX; done
#
# Compiled libraries of a newer system may need its C++ run-time library: fmt serves as headers only, and the tests, which
# need Catch2's, are compiled and not linked. What does not need it, the tour of apps/, runs.
# Usage: newer_libraries.sh PREFIX BUILD_DIR
set -euo pipefail
prefix=$(realpath "$1") build=$2
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

cmake -S "$source" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DKERATIN_WERROR=ON \
    -DCMAKE_PREFIX_PATH="$prefix;$prefix/usr" -DCMAKE_CXX_FLAGS=-DFMT_HEADER_ONLY \
    -DCMAKE_EXE_LINKER_FLAGS=-Wl,--as-needed -DCMAKE_SHARED_LINKER_FLAGS=-Wl,--as-needed
for package in xsimd xtl xtensor fmt Catch2 nlohmann_json CLI11; do
    grep -F "${package}_DIR:PATH=$prefix" "$build/CMakeCache.txt" || {
        echo "$package does not come from $prefix"
        exit 1
    }
done

mapfile -t objects < <(ninja -C "$build" -t targets all | sed -n 's/^\(tests\/.*\.o\): .*/\1/p')
cmake --build "$build" --target keratin tour "${objects[@]}" -- -k 0
ctest --test-dir "$build" --output-on-failure -R '^apps/tour$'
