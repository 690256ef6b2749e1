#!/usr/bin/env bash
# Makes the fixture of a release from the program in this tree:
#   e2e/upgrade/make.sh v0.1.0
# It is made once, when the release is made, and never changed after it.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=${1:?which release, for instance v0.1.0}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -trimpath -ldflags "-X main.version=$version" -o "$work/parley" ./cmd/parley
go run ./e2e/upgrade/record -binary "$work/parley" -version "$version" -into "e2e/upgrade/testdata/$version"
ls -l "e2e/upgrade/testdata/$version"
