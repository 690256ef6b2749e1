#!/usr/bin/env bash
# Measures how soon the widget is there, in Chromium on a slowed processor, against a fresh server (web/e2e/pace.mjs). ROUNDS says how often.
set -euo pipefail
cd "$(dirname "$0")/.."

dir=$(mktemp -d)
server=
cleanup() {
	if [[ -n "$server" ]]; then
		kill -TERM "$server" 2>/dev/null || true
		wait "$server" || true
	fi
	rm -rf "$dir"
}
trap cleanup EXIT

"${PARLEY:-bin/parley}" serve --listen 127.0.0.1:0 --data "$dir/data" --ready-file "$dir/ready.json" >"$dir/banner" 2>"$dir/log" &
server=$!
until [[ -s "$dir/ready.json" ]]; do
	if ! kill -0 "$server" 2>/dev/null; then
		cat "$dir/log" >&2
		exit 1
	fi
	sleep 0.05
done

world=$(node -e '
	const ready = JSON.parse(require("fs").readFileSync(process.argv[1]));
	console.log(JSON.stringify({ url: ready.url, instance: ready.instance_id, flow: ready.contact_flow_id, admin: { username: ready.admin.username, password: ready.admin.password } }));
' "$dir/ready.json")
cd web/e2e
PARLEY_E2E_WORLD=$world node pace.mjs
