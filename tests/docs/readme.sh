#!/usr/bin/env bash
# The README's program prints what the README shows, up to the numbers that differ from run to run, and it learns.
# Usage, from the root of the project: readme.sh PROGRAM
set -euo pipefail

shown=$(awk '/^```/ { inside = !inside; if ($0 == "```text") wanted = 1; else if (!inside) wanted = 0; next }
             inside && wanted' README.md)
printed=$("$1")
without_numbers() { sed -E 's/[0-9]+s [0-9]+[mu]?s\/step/#/g; s/[0-9]+\.[0-9]+(e-[0-9]+)?/#/g' <<< "$1"; }
if [[ $(without_numbers "$printed") != $(without_numbers "$shown") ]]; then
    printf 'The program printed:\n%s\nThe README shows:\n%s\n' "$printed" "$shown"
    exit 1
fi

accuracies() { sed -nE 's/.* val_accuracy: ([0-9.]+) .*/\1/p' <<< "$1" | tail -n 1; }
for accuracy in "$(accuracies "$printed")" "$(accuracies "$shown")"; do
    if ! awk -v a="$accuracy" 'BEGIN { exit !(a > 0.97) }'; then
        echo "val_accuracy after two epochs: $accuracy; it should be above 0.97"
        exit 1
    fi
done
