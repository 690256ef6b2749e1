#!/bin/sh
# Makes the secrets of cluster.yaml in deploy/compose/secrets/: random, each in a file of its own. What is there already stays.
# The directory is closed to others; the files are not, because the user inside the containers is none of this machine.
set -eu
dir=${1:-$(dirname "$0")/secrets}
mkdir -p "$dir"
chmod 700 "$dir"

random() { od -An -N "$1" -tx1 /dev/urandom | tr -d ' \n'; }

make() {
	[ -s "$dir/$1" ] || printf '%s\n' "$2" >"$dir/$1"
	chmod 444 "$dir/$1"
}

make access_key_id "AKIA$(random 8 | tr 'a-f01' 'A-F23')"
make secret_access_key "$(random 20)"
make master_key "$(random 32)"
make postgres_password "$(random 24)"
make pgpass "postgres:5432:parley:parley:$(cat "$dir/postgres_password")"
