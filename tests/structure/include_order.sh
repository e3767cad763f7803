#!/usr/bin/env bash
# Dependencies point one way: fails on an #include that runs back up the table, on one that leaves a folder which must
# stand alone, and on headers that include one another in a circle.
# Usage: include_order.sh SOURCE_DIR
set -euo pipefail
cd "$1"

# From the bottom up. A folder includes itself, its own row and the rows above it here.
order="
core
kernels
autograd
ops
initializers regularizers constraints
layers
losses metrics optimizers
models
data io callbacks
onnx
"
# Folders that include nothing but themselves.
alone="kernels"
# Arrows that may run back: folder, then the headers it may include all the same.
exceptions="
core    kernels/kernels.hpp
models  callbacks/callback.hpp
"

# Every include of ours, one line each: the file, the header it names (without keratin/).
includes() {
    find include src -name '*.hpp' -o -name '*.cpp' | sort | xargs grep -HoE '^ *# *include *[<"][^>"]+[>"]' |
        sed -E 's/^([^:]+): *# *include *[<"]([^>"]+)[>"]$/\1 \2/' |
        while read -r file header; do
            if [[ $header == keratin/* ]]; then
                echo "$file ${header#keratin/}"
            elif [[ -e src/$header ]]; then
                echo "$file $header"
            elif [[ -e $(dirname "$file")/$header ]]; then
                echo "$file $(realpath --relative-to=. "$(dirname "$file")/$header" | sed -E 's,^(include/keratin|src)/,,')"
            fi
        done
}

includes | awk -v order="$order" -v alone="$alone" -v exceptions="$exceptions" '
    function folder(path) { return path ~ /\// ? substr(path, 1, index(path, "/") - 1) : "" }
    BEGIN {
        rows = split(order, row, "\n")
        for (i = 1; i <= rows; ++i) {
            n = split(row[i], names, " ")
            for (j = 1; j <= n; ++j) rank[names[j]] = i
        }
        n = split(alone, names, " ")
        for (j = 1; j <= n; ++j) stands_alone[names[j]] = 1
        rows = split(exceptions, row, "\n")
        for (i = 1; i <= rows; ++i) {
            n = split(row[i], names, " ")
            for (j = 2; j <= n; ++j) allowed[names[1], names[j]] = 1
        }
    }
    function fail(text) { print $1 ": includes " $2 ": " text; failed = 1 }
    {
        file = $1
        sub(/^(include\/keratin|src)\//, "", file)
        from = folder(file); to = folder($2)
        if (from == "") next                       # keratin.hpp and the like stand above all
        if (to == "") { fail("a part of the library does not include a header of the whole"); next }
        if (from == to || (from, $2) in allowed) next
        if (!(from in rank)) { fail("folder " from " has no place in the table of this test"); next }
        if (!(to in rank)) { fail("folder " to " has no place in the table of this test"); next }
        if (from in stands_alone) fail(from " includes nothing of keratin but itself")
        else if (rank[to] > rank[from]) fail(from " comes before " to)
    }
    END { if (NR == 0) { print "no includes found"; failed = 1 }; exit failed }'

# tsort names the headers of a circle on its standard error and fails.
includes | sed -nE 's,^(include/keratin|src)/([^ ]+\.hpp) ,\2 ,p' | awk '$1 != $2' | tsort > /dev/null
