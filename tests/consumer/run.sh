#!/usr/bin/env bash
# Uses keratin as other projects do: each scenario builds and runs the small program of this folder.
# Usage: run.sh SCENARIO SOURCE_DIR BUILD_DIR COMPILER
set -euo pipefail
scenario=$1 source=$2 build=$3 compiler=$4
here=$source/tests/consumer
work=$build/tests/consumer
installed=$work/prefix
static=$work/prefix-static
onnx=false # whether the component is built
if grep -q '^KERATIN_ONNX:BOOL=\(ON\|TRUE\|1\)$' "$build/CMakeCache.txt"; then onnx=true; fi

check_output() {
    local expected="kernel (5, 5, 3, 4), output (1, 32, 32, 4)" output
    output=$("$@")
    echo "$output"
    if [[ $output != "$expected" ]]; then
        echo "expected: $expected"
        exit 1
    fi
}

# with_cmake NAME [ARGUMENT...]: configures, builds and runs the consumer.
with_cmake() {
    local tree=$work/$1
    shift
    cmake -S "$here" -B "$tree" -DCMAKE_CXX_COMPILER="$compiler" "$@"
    cmake --build "$tree" --parallel 2
    check_output "$tree/consumer"
    check_output "$tree/consumer_xtensor"
    if $onnx; then (cd "$tree" && check_output ./consumer_onnx); fi
}

# with_pkg_config PREFIX: compiles the consumer with what pkg-config says, away from CMake.
with_pkg_config() {
    local prefix=$1 flags pc
    pc=$(find "$prefix" -name keratin.pc)
    flags=$(PKG_CONFIG_PATH=$(dirname "$pc") pkg-config --cflags --libs keratin)
    mkdir -p "$work"
    # shellcheck disable=SC2086 # the flags are words
    "$compiler" -std=c++20 "$here/main.cpp" -o "$prefix/consumer" $flags
    check_output env LD_LIBRARY_PATH="$(dirname "$pc")/.." "$prefix/consumer"
    if ! $onnx; then return; fi
    flags=$(PKG_CONFIG_PATH=$(dirname "$pc") pkg-config --cflags --libs keratin-onnx)
    # shellcheck disable=SC2086 # the flags are words
    "$compiler" -std=c++20 "$here/onnx.cpp" -o "$prefix/consumer_onnx" $flags
    (cd "$work" && check_output env LD_LIBRARY_PATH="$(dirname "$pc")/.." "$prefix/consumer_onnx")
}

case $scenario in
install)
    rm -rf "$installed"
    cmake --install "$build" --prefix "$installed"
    ;;
find_package) with_cmake installed -DCMAKE_PREFIX_PATH="$installed" -DCMAKE_BUILD_TYPE=Release ;;
pkg_config) with_pkg_config "$installed" ;;
relocated)
    first=$work/prefix-first moved=$work/moved/somewhere/else
    rm -rf "$first" "$work/moved"
    cmake --install "$build" --prefix "$first"
    if grep -rIlF -e "$first" -e "$build" -e "$source/" "$first"; then
        echo "These files hold a path of the machine they were built on."
        exit 1
    fi
    mkdir -p "$(dirname "$moved")"
    mv "$first" "$moved"
    with_cmake relocated -DCMAKE_PREFIX_PATH="$moved" -DCMAKE_BUILD_TYPE=Release
    with_pkg_config "$moved"
    if [[ -e $moved/bin/keratin ]]; then "$moved/bin/keratin" --version; fi
    ;;
add_subdirectory)
    with_cmake subdirectory -DKERATIN_SOURCE="$source" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-O0
    rm -rf "$static"
    cmake --install "$work/subdirectory" --prefix "$static"
    ;;
find_package_static) with_cmake installed-static -DCMAKE_PREFIX_PATH="$static" -DCMAKE_BUILD_TYPE=Release ;;
pkg_config_static) with_pkg_config "$static" ;;
*)
    echo "no scenario $scenario"
    exit 2
    ;;
esac
