#!/usr/bin/env bash
# Builds what a release consists of into dist/: static programs with their
# pages (Node is needed), their bill of materials and the checksums of all of it.
# The same source, Go version and VERSION give the same bytes, whoever builds it
# and wherever.
# TARGETS names other platforms than the usual ones, DIST another directory.
set -euo pipefail
cd "$(dirname "$0")/.."

version=${VERSION:-$(git describe --tags --always --dirty)}
dist=${DIST:-dist}

PARLEY_PAGES=must scripts/pages.sh build

rm -rf "$dist"
mkdir -p "$dist"
for target in ${TARGETS:-linux/amd64 linux/arm64 darwin/amd64 darwin/arm64}; do
	echo "release: $target" >&2
	CGO_ENABLED=0 GOOS=${target%/*} GOARCH=${target#*/} GOFLAGS=-mod=readonly go build -trimpath -buildvcs=false \
		-ldflags "-s -w -X main.version=$version" -o "$dist/parley-${target/\//-}" ./cmd/parley
done
go run ./scripts/sbom -version "$version" "$dist"/parley-* >"$dist/.sbom"
mv "$dist/.sbom" "$dist/parley.cdx.json"
(cd "$dist" && sha256sum -- * >.sums && mv .sums SHA256SUMS)
