#!/usr/bin/env bash
# Every public header compiles alone, without a warning, twice over.
# Usage: self_contained.sh SOURCE_DIR COMPILER [FLAG...]
set -euo pipefail
cd "$1/include"
compiler=$2
shift 2

check() {
    local header=$1
    shift
    printf '#include <%s>\n#include <%s>\n' "$header" "$header" |
        "$@" -x c++ -std=c++20 -fsyntax-only -I. -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror - ||
        { echo "$header does not compile alone"; return 1; }
}
export -f check
find keratin -name '*.hpp' -print0 | sort -z | xargs -0 -P "$(nproc)" -I{} bash -c 'check "$@"' check {} "$compiler" "$@"
