#!/usr/bin/env bash
# An object compiled for one instruction set shares no weak symbol with the rest: the linker keeps any one copy of
# those, and the copy with AVX-512 inside would end a program on an older machine. Each must name its architecture.
# Usage: kernel_objects.sh ISA OBJECT...
set -euo pipefail
isa=$1
shift

shared=$(nm -C --defined-only "$@" | grep -E '^[0-9a-f]+ [WVu] ' | grep -vE "kernels::$isa::" || true)
if [[ -n $shared ]]; then
    echo "$shared"
    echo "These symbols of the $isa kernels could be picked for another machine."
    exit 1
fi
