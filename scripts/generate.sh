#!/usr/bin/env bash
# Writes the generated code anew, from the service models of one version of
# botocore, which is fetched into .cache unless python3 has that version. Then
# writes the checksums of what went in and what came out.
#
# With --check nothing is fetched: the checksums must hold, so that neither the
# generator nor its output was changed alone; and where the models are at hand,
# generating must change nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

version=1.43.11
models=$PWD/.cache/botocore-$version
sums=scripts/generated.sum

# listing names the generator's sources, its overlay and all generated code.
listing() {
	find api/gen -name '*.go' ! -name '*_test.go'
	echo api/overlay.json
	find . -name node_modules -prune -o -name 'zz_*.go' -printf '%P\n'
}

checksums() { listing | LC_ALL=C sort -u | xargs sha256sum; }

# at_hand finds the models without the network.
at_hand() {
	[[ "$(python3 -c 'import botocore; print(botocore.__version__)' 2>/dev/null || true)" == "$version" ]] && return
	export PYTHONPATH=$models
	[[ -d "$models/botocore" ]]
}

if [[ "${1:-}" == --check ]]; then
	if ! diff "$sums" <(checksums) >&2; then
		echo "generated code is not current: run make generate" >&2
		exit 1
	fi
	if at_hand; then
		go generate ./...
		if ! diff "$sums" <(checksums) >&2; then
			echo "generated code was not current; now it is: run make generate and commit it" >&2
			exit 1
		fi
	fi
	exit
fi

if ! at_hand; then
	echo "generate: fetching botocore $version"
	python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$models" "botocore==$version"
fi
go generate ./...
checksums >"$sums"
