#!/usr/bin/env bash
# Runs the command-line tool as its users do, on files that real Keras wrote.
# Usage: keratin.sh SCENARIO KERATIN FILES WORK
set -euo pipefail
scenario=$1 keratin=$2 files=$3 here=$4/keratin_$1
rm -rf "$here"
mkdir -p "$here"
cd "$here"
model=$files/lenet5.keras
unknown=$files/custom_layer.keras # which has a class of its author's

die() { printf 'failed: %s\n' "$*" >&2; exit 1; }

# holds FILE TEXT: some line of the file holds the text.
holds() { grep -qF -e "$2" "$1" || { cat "$1" >&2; die "no \"$2\" in $1"; }; }

# exits CODE COMMAND...: with what it says in out.txt and err.txt.
exits() {
    local wanted=$1 code=0
    shift
    "$@" > out.txt 2> err.txt || code=$?
    [[ $code == "$wanted" ]] || { cat out.txt err.txt >&2; die "$* exits with $code, not $wanted"; }
}

# refuses_full_disk ARGUMENT...: what is printed has nowhere to go.
refuses_full_disk() {
    local code=0
    "$keratin" "$@" > /dev/full 2> err.txt || code=$?
    [[ $code == 1 ]] || die "$* to a full disk exits with $code"
    holds err.txt "keratin: standard output cannot be written: No space left on device"
}

# A gray picture of 9 x 7 pixels.
picture() { { printf 'P5\n9 7\n255\n'; head -c 63 /dev/zero | tr '\0' 'z'; } > picture.pgm; }

inspect() {
    exits 0 "$keratin" inspect "$model"
    holds out.txt "conv2d (Conv2D)"
    holds out.txt "(5, 5, 1, 2)"
    exits 0 "$keratin" inspect --json --no-statistics "$model"
    holds out.txt '"format": "keras"'
    holds out.txt '"class_name": "Sequential"'
    exits 0 "$keratin" convert "$model" weights.npz
    exits 0 "$keratin" inspect weights.npz
    holds out.txt "10 tensors"
    exits 0 "$keratin" inspect "$files/shards.weights.json"
    holds out.txt "h5_shards"
    holds out.txt "layers/dense/vars/0"
    exits 0 "$keratin" inspect "$unknown"
    holds out.txt "its layers could not be built: $unknown: layer \"scale\": no layer is called"
    holds out.txt "layers/dense/vars/0"
    exits 0 "$keratin" inspect --json "$unknown"
    holds out.txt '"lacks":'
}

convert() {
    local to
    for to in a.keras a.weights.h5 a.safetensors a.npz; do
        exits 0 "$keratin" convert "$model" "$to"
    done
    exits 1 "$keratin" convert "$model" a.keras
    holds err.txt "it is there already"
    exits 0 "$keratin" convert --overwrite a.keras a.keras
    exits 0 "$keratin" convert a.weights.h5 b.keras --model "$model"
    exits 0 "$keratin" convert a.safetensors c.keras --model "$model"
    exits 0 "$keratin" convert a.npz e.keras --model "$model"
    for to in a b c e; do exits 0 "$keratin" diff "$model" "$to.keras"; done
    exits 0 "$keratin" diff a.safetensors a.npz
    exits 1 "$keratin" convert "$model" d.keras --model "$model"
    holds err.txt "leave out --model"
    exits 1 "$keratin" convert a.npz d.keras
    holds err.txt "say with --model"
    for to in a.txt a.KERAS; do
        exits 1 "$keratin" convert "$model" "$to"
        holds err.txt "$to: the name must end in .keras, .onnx,"
    done
    exits 1 "$keratin" convert "$model" a.h5
    holds err.txt ".h5 is read and not written"
    [[ ! -e a.h5 ]] || die "a.h5 was written"
    convert_weights
    convert_unknown
}

# Names of tensors are the model's where there is one.
convert_weights() {
    exits 0 "$keratin" convert a.weights.h5 own.safetensors
    holds err.txt 'such as "layers/conv2d/vars/0"'
    exits 1 "$keratin" convert own.safetensors own.keras --model "$model"
    exits 0 "$keratin" convert a.weights.h5 models.safetensors --model "$model"
    [[ ! -s err.txt ]] || die "there was nothing to note"
    holds out.txt "10 tensors"
    exits 0 "$keratin" diff models.safetensors "$model"
    exits 1 "$keratin" convert a.safetensors b.weights.h5
    holds err.txt "say with --model"
    exits 0 "$keratin" convert a.safetensors b.weights.h5 --model "$model"
    exits 0 "$keratin" diff a.weights.h5 b.weights.h5
    exits 0 "$keratin" convert "$files/shards.weights.json" shards.npz
    exits 0 "$keratin" diff "$files/shards.weights.json" shards.npz
}

convert_unknown() {
    exits 0 "$keratin" convert "$unknown" unknown.safetensors
    holds err.txt "no layer is called"
    exits 0 "$keratin" diff "$unknown" unknown.safetensors
    holds err.txt "not all was compared"
    exits 1 "$keratin" convert "$unknown" unknown.keras
    holds err.txt "its tensors can go to .safetensors"
}

verify() {
    exits 0 "$keratin" verify "$model"
    head -c 3000 "$model" > short.keras
    exits 1 "$keratin" verify short.keras
    holds out.txt "short.keras"
    exits 1 "$keratin" verify --json short.keras
    holds out.txt '"passed": false'
    exits 1 "$keratin" verify missing.keras
    holds out.txt "No such file"
    exits 3 "$keratin" verify "$unknown"
    holds out.txt "layers     skipped $unknown: layer"
    exits 3 "$keratin" verify --json "$unknown"
    holds out.txt '"passed": null'
    exits 0 "$keratin" verify "$files/shards.weights.json"
}

# npy FILE BYTES: one float.
npy() {
    { printf '\x93NUMPY\x01\x00\x76\x00%-117s\n' "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }"; printf '%b' "$2"; } > "$1"
}

diff() {
    exits 0 "$keratin" diff "$model" "$model"
    exits 1 "$keratin" diff "$model" "$files/trained_sgd.keras"
    holds out.txt "only in the first"
    mkdir one other
    npy one/x.npy '\x00\x00\x80\x3f'
    npy other/x.npy '\x00\x00\xc0\x3f'
    exits 1 "$keratin" diff one/x.npy other/x.npy
    holds out.txt "x: 1 of 1 numbers, by up to 0.5"
    exits 1 "$keratin" diff one/x.npy other/x.npy --atol 0.4
    exits 0 "$keratin" diff one/x.npy other/x.npy --atol 0.5
    exits 0 "$keratin" diff one/x.npy other/x.npy --rtol 0.4
    npy other/x.npy '\x00\x00\x80\x7f' # an infinity is near nothing
    exits 1 "$keratin" diff one/x.npy other/x.npy --rtol 0.4
}

predict() {
    picture
    exits 0 "$keratin" predict "$model" picture.pgm --top 2
    holds out.txt "picture.pgm:"
    exits 0 "$keratin" predict --json "$model" picture.pgm
    holds out.txt '"output_shape"'
    exits 1 "$keratin" predict "$model" missing.png
    holds err.txt "missing.png"
    printf '%s\n' zero one two > few.txt
    exits 1 "$keratin" predict "$model" picture.pgm --labels few.txt
    holds err.txt "few.txt: it has 3 lines"
    printf '%s\r\n' zero one two three four five six seven eight nine > ten.txt
    exits 0 "$keratin" predict "$model" picture.pgm --labels ten.txt --top 10
    holds out.txt "  seven 0."
}

arguments() {
    exits 0 "$keratin" --help
    exits 0 "$keratin" --version
    exits 2 "$keratin"
    exits 2 "$keratin" inspect
    exits 2 "$keratin" inspect "$model" --nonsense
    exits 2 "$keratin" inspekt "$model"
    holds err.txt 'no command is called "inspekt"; there are inspect, convert'
    local number
    for number in nan -1 inf 1x; do exits 2 "$keratin" diff "$model" "$model" "--rtol=$number"; done
    exits 2 "$keratin" predict "$model" picture.pgm --scale nan
    refuses_full_disk inspect "$model"
    refuses_full_disk inspect --json "$model"
    refuses_full_disk completion bash
    refuses_full_disk --help
    exits 2 "$keratin" completion csh
    local shell
    for shell in bash zsh fish; do exits 0 "$keratin" completion "$shell"; done
    exits 0 "$keratin" completion bash
    # shellcheck disable=SC1091
    source out.txt
    # shellcheck disable=SC2034 # read by the completion
    COMP_WORDS=(keratin in) COMP_CWORD=1
    _keratin
    [[ ${COMPREPLY[*]} == inspect ]] || die "completes to ${COMPREPLY[*]}"
    # shellcheck disable=SC2034
    COMP_WORDS=(keratin diff --) COMP_CWORD=2
    _keratin
    [[ ${#COMPREPLY[@]} -gt 2 ]] || die "completes to ${COMPREPLY[*]}"
}

"$scenario"
