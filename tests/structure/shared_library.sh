#!/usr/bin/env bash
# The stripped shared library is at most 8 MB and exports names of keratin only.
# Usage: shared_library.sh LIBRARY
set -euo pipefail
library=$1
limit=$((8 * 1000 * 1000))
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

strip -o "$work/stripped.so" "$library"
size=$(stat -c %s "$work/stripped.so")
echo "stripped: $size bytes, at most $limit"
[[ $size -le $limit ]]

nm -D --defined-only "$library" | awk '{print $NF}' > "$work/exported"
echo "exported: $(wc -l < "$work/exported") symbols"
grep -q '^_ZN7keratin' "$work/exported"
# Names of namespace keratin with what the compiler makes for them (vtables and type information, thunks, guards and
# local statics), and the specialisations of fmt and std for keratin's types.
ours='^_Z(T[VTIS]|T[hv][n0-9_]*_|GV|Z|GVZ)?N[KRO]*7keratin|^_ZNK?3fmt[^I]*9formatterIN7keratin|^_ZNKSt4hashIN7keratin'
if grep -vE "$ours" "$work/exported" | c++filt; then
    echo "These symbols are not keratin's."
    exit 1
fi
