#!/bin/sh
# Installs what the tests run: Chromium, boto3, the AWS CLI, PostgreSQL, the
# JavaScript clients and a NATS server. Does nothing, and says nothing, when all of it is there.
set -eu
cd "$(dirname "$0")"

# The Debian packages that are missing, as a list.
missing=""
[ -x "${PARLEY_E2E_CHROMIUM:-/usr/bin/chromium}" ] || missing="$missing chromium"
command -v python3 >/dev/null || missing="$missing python3"
python3 -c 'import boto3' 2>/dev/null || missing="$missing python3-boto3"
command -v aws >/dev/null || missing="$missing awscli"
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null || missing="$missing postgresql"

install() {
	# shellcheck disable=SC2086 # perhaps sudo
	DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

if [ -n "$missing" ]; then
	echo "e2e: installing$missing"
	as_root=""
	[ "$(id -u)" = 0 ] || as_root="sudo"
	$as_root apt-get update -qq
	case "$missing" in *postgresql*) # the tests start servers of their own: none is to run by itself
		install postgresql-common
		echo "create_main_cluster = false" | $as_root tee -a /etc/postgresql-common/createcluster.conf >/dev/null
		;;
	esac
	# shellcheck disable=SC2086 # a list of packages
	install $missing
fi

# The lock file's checksum, kept beside what was installed from it.
want=$(sha256sum clients/package-lock.json | cut -d' ' -f1)
have=$(cat clients/node_modules/.parley-lock 2>/dev/null || true)
if [ "$want" != "$have" ]; then
	echo "e2e: installing the JavaScript clients"
	(cd clients && npm ci --silent --no-audit --no-fund --ignore-scripts)
	echo "$want" >clients/node_modules/.parley-lock
fi

# The NATS server that package internal/natstest starts: a program, not a dependency of the module.
nats=v2.15.2
if [ "$(../.cache/bin/nats-server --version 2>/dev/null || true)" != "nats-server: $nats" ]; then
	echo "e2e: installing nats-server $nats"
	mkdir -p ../.cache/bin
	GOBIN=$(cd ../.cache/bin && pwd) GOFLAGS='' go install "github.com/nats-io/nats-server/v2@$nats"
fi
