#!/usr/bin/env bash
# Builds the fuzzing programs with the sanitizers and runs them, twice as many at a time as there are cores, each for so
# many seconds or so many inputs, on its seeds in corpus/ and on what earlier runs found: found.tar.xz has that of before
# (keep.sh writes it), build-asan-ubsan/fuzz/ what comes now. Prints how many inputs each has tried; fails when one found
# an input that crashes, hangs, takes a gigabyte, or two seconds of the processor's time: findings/ there has it.
# Usage: tests/fuzz/run.sh SECONDS|INPUTSx [TARGET...]        (60 or 5000000x)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
end=-max_total_time=${1:?usage: tests/fuzz/run.sh SECONDS|INPUTSx [TARGET...]}
if [[ $1 == *x ]]; then end=-runs=${1%x}; fi
shift

source cmake/setup.sh
need xz-utils
CXX=clang++-14 build build-asan-ubsan --preset asan-ubsan -- keratin_fuzz

targets=("$@")
if [[ $# == 0 ]]; then
    for program in build-asan-ubsan/tests/fuzz/fuzz_*; do targets+=("$(basename "$program" | sed 's/^fuzz_//')"); done
fi

if [[ ! -d build-asan-ubsan/fuzz/corpus ]]; then
    mkdir -p build-asan-ubsan/fuzz/corpus
    tar --extract --file tests/fuzz/found.tar.xz --directory build-asan-ubsan/fuzz/corpus
fi

export ASAN_OPTIONS=quarantine_size_mb=32 # freed memory counts as well
run_one() {
    local target=$1 end=$2 work=build-asan-ubsan/fuzz code=0
    local log=$work/$target.log
    local seeds=tests/fuzz/corpus/$target
    if [[ ! -d $seeds ]]; then seeds=tests/golden/files/$target; fi
    mkdir -p "$work/corpus/$target" "$work/findings"
    "build-asan-ubsan/tests/fuzz/fuzz_$target" "$work/corpus/$target" "$seeds" \
        "$end" -timeout=60 -rss_limit_mb=1024 -max_len=65536 -print_final_stats=1 -verbosity=0 \
        -artifact_prefix="$work/findings/$target-" > "$log" 2>&1 || code=$?
    awk -v target="$target" -v code="$code" '
        /number_of_executed_units/ { runs = $2 }
        /peak_rss_mb/ { megabytes = $2 }
        /slowest_unit_time_sec/ { slowest = $2 }
        END { printf "%-14s %10d runs, slowest %d s, %d MB%s\n", target, runs, slowest, megabytes, code ? ": FAILED" : "" }' "$log"
    [[ $code == 0 ]] || tail -n 40 "$log"
    return "$code"
}
export -f run_one
printf '%s\0' "${targets[@]}" | xargs -0 -P "$((2 * $(nproc)))" -I{} bash -c 'run_one {} "$0"' "$end"
