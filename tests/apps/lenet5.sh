#!/usr/bin/env bash
# Runs the demo as its users do, on a part of MNIST. `train` leaves the weights that the other scenarios need.
# Usage: lenet5.sh SCENARIO LENET5 TEST_DIGITS DATA WORK
set -euo pipefail
scenario=$1 lenet5=$2 test_digits=$3 mnist=$4 work=$5
data=$work/mnist weights=$work/lenet5.safetensors here=$work/$scenario
rm -rf "$here"
mkdir -p "$here"
cd "$here"

die() { printf 'failed: %s\n' "$*" >&2; exit 1; }

# holds FILE TEXT: some line of the file holds the text.
holds() { grep -qF -e "$2" "$1" || { cat "$1" >&2; die "no \"$2\" in $1"; }; }

# number NAME FILE: of a JSON file.
number() { sed -nE "s/^ *\"$1\": ([-0-9.e+]+),?$/\1/p" "$2"; }

# is CONDITION: of awk.
is() { awk "BEGIN { exit !($1) }" || die "$1"; }

# idx NAME HEADER COUNT BYTES: the first items of one of MNIST's files.
idx() {
    local bytes=$(($3 * $4)) skip=$((${#2} / 4))
    { printf '%b' "$2"; gzip -dc "$mnist/$1.gz" | tail -c "+$((skip + 1))" | { head -c "$bytes"; cat > /dev/null; }; } > "$data/$1"
}

# A count as the four bytes of an IDX header.
be32() { printf '\\x%02x\\x%02x\\x%02x\\x%02x' $(($1 >> 24 & 255)) $(($1 >> 16 & 255)) $(($1 >> 8 & 255)) $(($1 & 255)); }

make_data() {
    mkdir -p "$data"
    local side
    side=$(be32 28)
    idx train-images-idx3-ubyte "$(be32 0x803)$(be32 12000)$side$side" 12000 784
    idx train-labels-idx1-ubyte "$(be32 0x801)$(be32 12000)" 12000 1
    idx t10k-images-idx3-ubyte "$(be32 0x803)$(be32 2000)$side$side" 2000 784
    idx t10k-labels-idx1-ubyte "$(be32 0x801)$(be32 2000)" 2000 1
}

train() {
    make_data
    "$lenet5" train --data "$data" --epochs 2 --save "$weights" --json result.json > train.txt
    holds train.txt "12000 training images, 2000 test images"
    holds train.txt "Epoch 2/2"
    holds train.txt "weights saved to $weights"
    for name in test_accuracy test_loss train_seconds images_per_second epochs batch_size learning_rate threads seed; do
        [[ -n $(number "$name" result.json) ]] || die "no $name in $(cat result.json)"
    done
    is "$(number test_accuracy result.json) > 0.93"
    is "$(number images_per_second result.json) > 0.99 * 24000 / $(number train_seconds result.json)"
    is "$(number epochs result.json) == 2"
    grep -qE '"isa": "(sse2|avx2|avx512)"' result.json || die "no isa in $(cat result.json)"
    cp result.json "$work/trained.json"

    # The same seed gives the same bits on any number of threads, augmented or not; another seed others.
    for options in "" --augment; do
        # shellcheck disable=SC2086 # empty or a word
        run() { "$lenet5" train --data "$data" --epochs 1 --batch-size 50 $options "$@" > /dev/null; }
        run --threads 1 --save one
        run --threads 3 --save three
        run --threads 3 --seed 2 --save other
        cmp one three || die "the number of threads changes the weights ($options)"
        ! cmp -s one other || die "the seed does not change the weights ($options)"
    done
}

evaluate() {
    "$lenet5" evaluate --data "$data" --weights "$weights" > evaluate.txt
    local told
    told=$(printf 'test accuracy: %.4f (loss %.4f)' "$(number test_accuracy "$work/trained.json")" \
        "$(number test_loss "$work/trained.json")")
    holds evaluate.txt "$told"
}

# right KIND: how many of the pictures of a kind are read rightly; the digit is the last thing in a file's name.
right() { grep -cE "_$1_([0-9])\.(png|pgm): \1 \(" predict.txt || true; }

predict() {
    "$test_digits" "$data" . 60
    "$lenet5" predict --weights "$weights" ./*_*.p[ng]* > predict.txt
    [[ $(wc -l < predict.txt) == 300 ]] || die "$(wc -l < predict.txt) lines for 300 pictures"
    # The test images themselves are read as evaluate reads them, from PNG and PGM alike.
    [[ $(grep plain predict.txt | grep png | sed 's/png//' | sort) == $(grep plain predict.txt | grep pgm | sed 's/pgm//' | sort) ]] ||
        die "PNG and PGM differ"
    local kind
    for kind in plain paper grey night; do echo "$kind: $(right $kind) are right"; done
    [[ $(right plain) -ge 114 && $(right paper) -ge 56 && $(right grey) -ge 56 && $(right night) -ge 56 ]] ||
        die "too few of 120 plain, 60 others"

    # A picture that cannot be read does not keep the others from being read.
    echo nonsense > bad.png
    printf 'P5\n2 2\n255\n\1\1\1\1' > empty.pgm
    local first code=0
    first=$(echo 0_plain_*.png)
    "$lenet5" predict --weights "$weights" bad.png none.png empty.pgm "$first" > out.txt 2> err.txt || code=$?
    [[ $code == 1 ]] || die "exit code $code"
    holds out.txt "$first: "
    holds err.txt "bad.png: is no picture that is read: PNG, JPEG, BMP, PGM or PPM"
    holds err.txt "none.png: cannot be opened"
    holds err.txt "empty.pgm: the picture is empty"
}

inspect() {
    "$lenet5" inspect --data "$data" --weights "$weights" --png pictures > inspect.txt
    holds inspect.txt "conv2d (Conv2D)"
    [[ $(grep -cE '^  (kernel|bias) +\([0-9, ]+\) +min +-?[0-9.]+  max .* mean .* std .*\|' inspect.txt) == 10 ]] ||
        die "not ten lines of numbers in $(cat inspect.txt)"
    local name
    for name in 0_input_28x28 1_conv2d_kernel_5x5x1x6 1_conv2d_output_28x28x6 3_conv2d_1_kernel_5x5x6x16 \
        4_max_pooling2d_1_output_5x5x16 6_dense_kernel_400x120 8_dense_2_output_10; do
        holds inspect.txt "pictures/$name.png"
        [[ $(head -c 4 "pictures/$name.png" | tail -c 3) == PNG ]] || die "$name is no PNG"
    done
    [[ $(find pictures -name '*.png' | wc -l) == 14 ]] || die "not 14 pictures"

    # A picture of one's own, and the classic network with its negative numbers.
    "$lenet5" train --arch classic --data "$data" --epochs 1 --save classic > /dev/null
    "$lenet5" inspect --data "$data" --weights classic --image pictures/0_input_28x28.png --png classic_pictures > classic.txt
    holds classic.txt "classic_pictures/2_average_pooling2d_output_14x14x6.png"
}

# until_training FILE: waits until the program in the background is in its second epoch.
until_training() {
    while ! grep -sq "Epoch 2/" "$1"; do
        kill -0 $! || die "no second epoch"
        sleep 0.02
    done
}

interrupt() {
    # In a script, what runs in the background ignores SIGINT unless job control is on.
    set -m
    trap 'kill -KILL $! 2> /dev/null || true' EXIT
    local code=0
    "$lenet5" train --data "$data" --epochs 1000 --save stopped --json stopped.json > train.txt 2> err.txt &
    until_training train.txt
    kill -INT $!
    wait $! || code=$?
    [[ $code == 0 ]] || die "exit code $code"
    holds err.txt "stopping after this batch"
    holds train.txt "weights saved to stopped"
    holds stopped.json '"interrupted": true'
    is "$(number epochs stopped.json) < 1000 && $(number epochs stopped.json) > 0"
    "$lenet5" evaluate --data "$data" --weights stopped > evaluate.txt
    holds evaluate.txt "test accuracy: $(printf %.4f "$(number test_accuracy stopped.json)")"
    is "$(number test_accuracy stopped.json) > 0.85"

    # With a backup the same command goes on from there and ends with the bits of one that nobody interrupted.
    run() { "$lenet5" train --data "$data" --epochs 3 --augment "$@"; }
    run --save whole > /dev/null
    run --backup backup --save cut > cut.txt 2> err.txt &
    until_training cut.txt
    kill -INT -- -$!  # a function runs in a shell of its own
    wait $!
    [[ -e backup/backup.safetensors ]] || die "no backup of a training that was interrupted"
    run --backup backup --save resumed > resumed.txt
    cmp whole resumed || die "a training that was interrupted has other weights"
    ! cmp -s whole cut || die "the training was not interrupted"
    [[ ! -e backup ]] || die "the backup of a training that has ended is still there"

    # A second one ends the program while the batch still runs, and leaves no file.
    code=0
    "$lenet5" train --data "$data" --epochs 1000 --batch-size 12000 --save killed > second.txt 2> err.txt &
    until_training second.txt
    while kill -INT $! 2> /dev/null; do sleep 0.005; done
    wait $! || code=$?
    [[ $code == 130 ]] || die "exit code $code"
    [[ ! -e killed ]] || die "weights of a program that was ended"
}

# refuses CODE MESSAGE ARGUMENT...
refuses() {
    local expected=$1 message=$2 code=0
    shift 2
    "$lenet5" "$@" > out.txt 2> err.txt || code=$?
    [[ $code == "$expected" ]] || die "exit code $code, not $expected: $*"
    holds err.txt "$message"
    [[ ! -s out.txt ]] || die "output before the refusal: $*"
}

arguments() {
    refuses 2 "A subcommand is required"
    refuses 2 "--epochs: -3 is not a whole number from 1 to" train --epochs -3
    refuses 2 "--epochs: 0 is not a whole number from 1 to" train --epochs 0
    refuses 2 "--epochs: 1.5 is not a whole number" train --epochs 1.5
    refuses 2 "--batch-size: 0 is not a whole number from 1 to 60000" train --batch-size 0
    refuses 2 "--batch-size: 99999999999999999999 is not a whole number" train --batch-size 99999999999999999999
    refuses 2 "--learning-rate: 0 is not a number above 0" train --learning-rate 0
    refuses 2 "--learning-rate: nan is not a number above 0" train --learning-rate nan
    refuses 2 "--seed: -1 is not a whole number from 0" train --seed -1
    refuses 2 "--threads: -1 is not a whole number from 0" train --threads -1
    refuses 2 "--arch: vgg not in {classic,modern}" train --arch vgg
    refuses 2 "The following argument was not expected: --epok" train --epok
    refuses 2 "--weights is required" evaluate
    refuses 2 "images is required" predict --weights "$weights"
    refuses 1 "nowhere: neither train-images-idx3-ubyte nor train-images-idx3-ubyte.gz is there" train --data nowhere
    refuses 1 "there is no directory $PWD/nowhere" train --save nowhere/weights
    refuses 1 "cannot be written, it is a directory" train --json "$PWD"
    refuses 1 "none: cannot be opened" evaluate --weights none
    refuses 1 "none: cannot be opened" predict --weights none picture.png
    refuses 1 "none: cannot be opened" inspect --weights none
    local code=0
    "$lenet5" train --data "$data" --epochs 1 --learning-rate 1e30 > out.txt 2> err.txt || code=$?
    [[ $code == 1 ]] || die "exit code $code of a training that diverged"
    holds err.txt "the training has diverged; try a smaller --learning-rate"
    head -c 1000 "$weights" > short
    refuses 1 "lenet5: short: " evaluate --weights short
    "$lenet5" --help > help.txt
    holds help.txt "inspect"
}

"$scenario"
