#!/usr/bin/env bash
# Public headers stay light: nothing but the standard library, fmt and keratin; only xtensor.hpp knows xtensor.
# Usage: public_headers.sh SOURCE_DIR
set -euo pipefail
cd "$1/include"

heavy='<(xtensor|xtl|xsimd|nlohmann|png|jpeglib|zlib|iostream|regex|immintrin)'
bridge='^keratin/(xtensor|detail/xtensor_headers)\.hpp:'
found=$(grep -rnE "^ *# *include *[\"<]" keratin --include='*.hpp')
if grep -E "include *$heavy" <<< "$found" | grep -vE "$bridge.*<(xtensor|xtl)/"; then
    echo "These headers are too heavy for a public header."
    exit 1
fi
if grep -E '<keratin/(xtensor|detail/xtensor_headers)\.hpp>' <<< "$found" | grep -vE "$bridge"; then
    echo "Only the bridge to xtensor includes xtensor; a public header that includes the bridge brings it to everyone."
    exit 1
fi
if grep -E '"' <<< "$found"; then
    echo "A public header includes with <keratin/...>, so that it works from any include path."
    exit 1
fi
