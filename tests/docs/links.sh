#!/usr/bin/env bash
# Links between the pages, and pictures in them, lead to something.
# Usage, from the root of the project: links.sh
set -euo pipefail

prose() { awk '/^```/ { inside = !inside; next } !inside' "$1"; }

links=0 broken=0
for page in README.md CHANGELOG.md docs/*.md; do
    while read -r link; do
        links=$((links + 1))
        if [[ ! -e $(dirname "$page")/${link%%#*} ]]; then
            echo "$page: $link leads nowhere"
            broken=1
        fi
    done < <(prose "$page" | grep -oE '\]\([^)]+\)' | sed -E 's/^\]\((.*)\)$/\1/' | grep -vE '^(https?:|#)')
done
# What the pages name in code spans, such as `tests/autograd/tape_test.cpp`, is there as well.
for page in README.md docs/*.md; do
    while read -r path; do
        links=$((links + 1))
        if [[ ! -e $path ]]; then
            echo "$page: $path is not there"
            broken=1
        fi
    done < <(prose "$page" | grep -oE '`(apps|cmake|docs|include|src|tests)/[A-Za-z0-9_./-]+`' | tr -d '`')
done
echo "$links links and paths"
[[ $links -gt 10 && $broken == 0 ]]
