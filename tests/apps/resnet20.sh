#!/usr/bin/env bash
# Runs the program as its users do, its smallest network on a part of MNIST.
# Usage: resnet20.sh RESNET20 DATA WORK
set -euo pipefail
resnet20=$1 data=$2 here=$3/resnet20
rm -rf "$here"
mkdir -p "$here"
cd "$here"

die() { printf 'failed: %s\n' "$*" >&2; exit 1; }

# holds FILE TEXT: some line of the file holds the text.
holds() { grep -qF -e "$2" "$1" || { cat "$1" >&2; die "no \"$2\" in $1"; }; }

# refuses CODE MESSAGE ARGUMENT...
refuses() {
    local expected=$1 message=$2 code=0
    shift 2
    "$resnet20" "$@" > out.txt 2> err.txt || code=$?
    [[ $code == "$expected" ]] || die "exit code $code, not $expected: $*"
    holds err.txt "$message"
}

run() { "$resnet20" --data "$data" --n 1 --images 1000 --batch-size 50 --learning-rate 0.05 "$@"; }

run --epochs 3 --save weights > train.txt
holds train.txt "resnet8: 75482 parameters; 1000 training images, 2000 test images"
grep -qE '^epoch 3/3: loss .*, accuracy .*, test loss .*, test accuracy .*, [0-9.]+ s, [0-9]+ images/s$' train.txt ||
    die "no line for the last epoch in $(cat train.txt)"
holds train.txt "weights saved to weights"
accuracy=$(sed -nE 's/^epoch 3.* loss .*, accuracy ([0-9.]+), test loss.*/\1/p' train.txt)
awk "BEGIN { exit !($accuracy > 0.35) }" || die "it has not learnt: $(cat train.txt)"

# The same seed gives the same bits on any number of threads; another seed others.
run --epochs 1 --threads 1 --save one > /dev/null
run --epochs 1 --threads 3 --save three > /dev/null
run --epochs 1 --threads 3 --seed 2 --save other > /dev/null
cmp one three || die "the number of threads changes the weights"
! cmp -s one other || die "the seed does not change the weights"

refuses 2 "--n: 0 is not a whole number from 1 to 200" --n 0
refuses 2 "--weight-decay: -1 is not a number above 0" --weight-decay -1
refuses 1 "nowhere: neither train-images-idx3-ubyte nor train-images-idx3-ubyte.gz is there" --data nowhere
refuses 1 "there is no directory $PWD/nowhere" --save nowhere/weights
