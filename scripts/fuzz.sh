#!/usr/bin/env bash
# Runs every fuzz target of the module for the given time each (10s). Little of
# it goes into making inputs smaller, which stops all the rest.
set -euo pipefail
cd "$(dirname "$0")/.."

time=${1:-10s}
count=0
while read -r package dir; do
	for target in $(grep -hoE '^func Fuzz\w+' "$dir"/*_test.go 2>/dev/null | awk '{print $2}'); do
		echo "fuzz: $package $target"
		go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 10x "$package" </dev/null
		count=$((count + 1))
	done
done < <(go list -f '{{.ImportPath}} {{.Dir}}' ./... | grep -v /node_modules/)
echo "$count fuzz targets, $time each"
((count > 0))
