#!/usr/bin/env bash
# Everything that can be said about the source without running the product.
# Each check prints its name; the first that fails ends the run.
set -euo pipefail
cd "$(dirname "$0")/.."

staticcheck=honnef.co/go/tools/cmd/staticcheck@v0.8.2

mapfile -t packages < <(go list ./... | grep -v /node_modules/)

echo "check: gofmt"
unformatted=$(gofmt -l $(go list -f '{{.Dir}}' "${packages[@]}"))
if [[ -n "$unformatted" ]]; then
	printf 'not formatted (run gofmt -w):\n%s\n' "$unformatted" >&2
	exit 1
fi

echo "check: go vet"
go vet "${packages[@]}"

echo "check: staticcheck"
go run "$staticcheck" "${packages[@]}"

echo "check: layout and budgets"
go test -count=1 ./internal/archtest

echo "check: types of the pages"
scripts/pages.sh check

echo "check: go.mod is tidy"
go mod tidy -diff

echo "check: generated code is current"
scripts/generate.sh --check
