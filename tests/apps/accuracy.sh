#!/usr/bin/env bash
# Trains LeNet-5 as apps/lenet5/run.sh does, with five seeds, and the classic network with one; then with three seeds for
# as many epochs as it goes on learning. Prints the accuracies on the 10,000 test images and fails when they are below
# what the README promises. Takes some minutes.
# Usage: accuracy.sh LENET5
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
lenet5=$(realpath "$1")
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

# accuracy ARCH SEED [ARGUMENT...]: the accuracy in per cent.
accuracy() {
    "$lenet5" train --data apps/lenet5/data --augment --arch "$1" --seed "$2" "${@:3}" --json "$results/json" > /dev/null
    awk -F '[:,]' '/"test_accuracy"/ { a = $2 } /"train_seconds"/ { s = $2 } /"epochs"/ { e = $2 }
                   END { printf "%.2f in %d epochs, %.0f s\n", 100 * a, e, s }' "$results/json"
}

# at_least NUMBER BAR
at_least() {
    if ! awk "BEGIN { exit !($1 >= $2) }"; then
        echo "$1 % is below $2 %"
        failed=1
    fi
}

failed=0 sum=0
for seed in 1 2 3 4 5; do
    modern=$(accuracy modern $seed)
    echo "modern,  seed $seed: $modern"
    if [[ $seed == 1 ]]; then at_least "${modern%% *}" 99.0; fi
    sum=$(awk "BEGIN { print $sum + ${modern%% *} }")
done
mean=$(awk "BEGIN { printf \"%.3f\", $sum / 5 }")
echo "modern,  mean: $mean"
at_least "$mean" 99.2
classic=$(accuracy classic 1)
echo "classic, seed 1: $classic"
at_least "${classic%% *}" 98.9
sum=0
for seed in 1 2 3; do
    long=$(accuracy modern $seed --epochs 60)
    echo "modern, seed $seed, long: $long"
    sum=$(awk "BEGIN { print $sum + ${long%% *} }")
done
mean=$(awk "BEGIN { printf \"%.3f\", $sum / 3 }")
echo "modern, long, mean: $mean"
at_least "$mean" 99.4
exit $failed
