#!/usr/bin/env bash
# Keeps what runs of run.sh have found: of all inputs in build-asan-ubsan/fuzz/corpus/ the fewest that reach as much of
# the parsers, up to 16 KiB each, go into found.tar.xz, with which later runs begin.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source cmake/setup.sh
need xz-utils
work=build-asan-ubsan/fuzz
kept=$(mktemp -d)
trap 'rm -rf "$kept"' EXIT
for corpus in "$work"/corpus/*; do
    target=$(basename "$corpus")
    mkdir "$kept/$target"
    "build-asan-ubsan/tests/fuzz/fuzz_$target" -merge=1 -max_len=16384 -timeout=60 "$kept/$target" "$corpus" \
        > "$work/$target.merge.log" 2>&1
    printf '%-14s %6d inputs\n' "$target" "$(find "$kept/$target" -type f | wc -l)"
done
find "$kept" -type f -size +16k -delete
chmod -R u=rwX,go=rX "$kept"
tar --create --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 --directory "$kept" . | xz -9e > tests/fuzz/found.tar.xz
