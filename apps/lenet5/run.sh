#!/usr/bin/env bash
# Builds the demo in build/ and trains LeNet-5 on MNIST. Arguments go to `lenet5 train`.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
source cmake/setup.sh

need "${keratin_packages[@]}"
build build -DCMAKE_BUILD_TYPE=Release -DKERATIN_APPS=ON -- lenet5
exec build/apps/lenet5/lenet5 train --data apps/lenet5/data --augment "$@"
