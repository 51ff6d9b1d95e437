#!/bin/sh
# Have a MariaDB server for the tests, from the system's packages. Does nothing where there is one; where it may not or
# cannot install one, it says so and leaves it to the tests to tell what is missing.
set -eu
PATH=$PATH:/usr/sbin:/usr/local/sbin:/usr/libexec
export PATH DEBIAN_FRONTEND=noninteractive

if command -v mariadbd >/dev/null || command -v mysqld >/dev/null; then exit 0; fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "no MariaDB here: install the package mariadb-server" >&2
    exit 0
fi

install() {
    apt-get -qq -o Acquire::Retries=3 -o DPkg::Lock::Timeout=60 install --yes --no-install-recommends mariadb-server
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
# Only a machine whose lists are missing or old needs new ones.
install >"$log" 2>&1 || { apt-get -qq update && install; } >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
