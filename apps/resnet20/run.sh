#!/usr/bin/env bash
# Builds the program in build/ and trains ResNet-20 on Fashion-MNIST, which Debian has. Arguments go to `resnet20`.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
source cmake/setup.sh

need "${keratin_packages[@]}" dataset-fashion-mnist
build build -DCMAKE_BUILD_TYPE=Release -DKERATIN_APPS=ON -- resnet20
exec build/apps/resnet20/resnet20 "$@"
