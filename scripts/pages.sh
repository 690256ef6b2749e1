#!/usr/bin/env bash
# Builds the pages into web/dist/site, where the next `go build` embeds them. Does nothing when they are built from the
# sources that are there. Without Node the server is complete but for its pages, and this says so; PARLEY_PAGES=must fails instead.
#   pages.sh build     installs what is missing, builds, holds the sizes against their budgets
#   pages.sh check     holds the types of scripts and components, and what the compiler says of accessibility
set -euo pipefail
cd "$(dirname "$0")/../web"

if ! command -v npm >/dev/null; then
	echo "pages: NOT BUILT: Node and npm (20.19 or newer) were not found; the server answers its API, and a placeholder for its pages" >&2
	[[ "${PARLEY_PAGES:-}" != must ]]
	exit
fi

# sum FILE...: one checksum of names and contents.
sum() { sha256sum "$@" | sha256sum | cut -d' ' -f1; }

# what was installed, and what was built, from which sources
lock=$(sum package-lock.json)
if [[ "$(cat node_modules/.parley-lock 2>/dev/null)" != "$lock" ]]; then
	echo "pages: installing" >&2
	npm ci --silent --no-audit --no-fund --ignore-scripts
	echo "$lock" >node_modules/.parley-lock
fi
if [[ "${1:-build}" == check ]]; then
	node scripts/types.mjs
	said=$(npx --no-install svelte-check --fail-on-warnings --tsconfig tsconfig.json) || { echo "$said" >&2; exit 1; }
	exit
fi

mapfile -t sources < <(find src scripts ./*.json ./*.js ./*.ts -type f ! -name openapi.d.ts ! -path '*/node_modules/*' | LC_ALL=C sort)
sources=$(sum "${sources[@]}")
if [[ "$(cat dist/site/.sources 2>/dev/null)" == "$sources" ]]; then exit; fi

echo "pages: building" >&2
rm -f dist/site/.sources
npx --no-install vite build --logLevel warn
npx --no-install vite build --logLevel warn --config vite.widget.config.ts
npx --no-install vite build --logLevel warn --config vite.loader.config.ts
npx --no-install vite build --logLevel warn --config vite.worker.config.ts
node scripts/finish.mjs >&2
echo "$sources" >dist/site/.sources
