# shellcheck shell=bash
# Sourced by the scripts that build: `need` installs what is missing, `build` configures and compiles.
# Expects `set -euo pipefail` and the working directory at the root of the project.

# shellcheck disable=SC2034 # for those scripts
keratin_packages=(g++ cmake ninja-build pkg-config zlib1g-dev libpng-dev libjpeg62-turbo-dev libfmt-dev libxtensor-dev
    libxsimd-dev nlohmann-json3-dev libcli11-dev catch2 protobuf-compiler libprotobuf-dev libonnx-testdata)

# need PACKAGE...: installs, with apt, those of the Debian packages that are not there. Where that cannot be done it
# says what is needed and goes on: the libraries may have come another way, and CMake will say what it misses.
need() {
    local package missing=() as_root=()
    if ! command -v apt-get > /dev/null || ! command -v dpkg-query > /dev/null; then
        echo "This system has no apt. Needed, by their Debian names: $*"
        return
    fi
    for package in "$@"; do
        if [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2> /dev/null) != installed ]]; then
            missing+=("$package")
        fi
    done
    if [[ ${#missing[@]} -eq 0 ]]; then return; fi
    if [[ $EUID -ne 0 ]]; then as_root=(sudo); fi
    if [[ $EUID -ne 0 ]] && ! command -v sudo > /dev/null; then
        echo "Cannot install without root or sudo. Missing: ${missing[*]}"
        return
    fi
    echo "Installing with apt: ${missing[*]}"
    if ! "${as_root[@]}" apt-get update -qq || ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" < /dev/null; then
        echo "apt could not install them. Missing: ${missing[*]}"
    fi
}

# build DIRECTORY [CMAKE_ARGUMENT...] [-- TARGET...]: an existing tree keeps its generator; ccache helps where there is one.
build() {
    local directory=$1 arguments=() targets=()
    shift
    if ! command -v cmake > /dev/null; then
        echo "cmake is missing" >&2
        return 1
    fi
    if [[ ! -e $directory/CMakeCache.txt ]] && command -v ninja > /dev/null; then arguments+=(-G Ninja); fi
    if command -v ccache > /dev/null; then arguments+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
    while [[ $# -gt 0 && $1 != -- ]]; do
        arguments+=("$1")
        shift
    done
    if [[ $# -gt 1 ]]; then targets=(--target "${@:2}"); fi
    cmake -S . -B "$directory" "${arguments[@]}"
    cmake --build "$directory" --parallel "$(nproc)" "${targets[@]}"
}
