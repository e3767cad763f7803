#!/usr/bin/env bash
# A user's file pays at most three seconds for <keratin/keratin.hpp>: processor time, unoptimized, best of three.
# Usage: compile_time.sh SOURCE_DIR COMPILER [FLAG...]
set -euo pipefail
export LC_ALL=C
compile=("$2" -std=c++20 -O0 "-I$1/include" "${@:3}" -c -o /dev/null -x c++ -)
limit=3000

compile() { "${compile[@]}" <<< '#include <keratin/keratin.hpp>'; }
milliseconds() { { TIMEFORMAT='%3U %3S'; time compile; } 2>&1 | awk '{ printf "%.0f", 1000 * ($1 + $2) }'; }

compile
best=$(for _ in 1 2 3; do milliseconds; echo; done | sort -n | head -n 1)
echo "<keratin/keratin.hpp>: $best ms, at most $limit"
[[ $best -le $limit ]]
