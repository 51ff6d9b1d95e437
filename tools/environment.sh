#!/bin/sh
# Makes one virtual environment, or finds it made. Called by the Makefile:
#
#   tools/environment.sh FOLDER STAMP "INPUT FILES" COMMAND...
#
# COMMAND is the installation; FOLDER/STAMP then marks it done.
# One caller works at a time; a second one waits and finds the work done. PYTHON names the interpreter to build on.
set -eu

folder=$1 stamp=$1/$2 inputs=$3
shift 3

if [ -z "${HANDOVER_LOCKED:-}" ] && command -v flock >/dev/null 2>&1; then
    mkdir -p build
    HANDOVER_LOCKED=1 exec flock "build/.lock.$(basename "$folder")" sh "$0" "$folder" "${stamp##*/}" "$inputs" "$@"
fi

runs() {
    "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

# The first interpreter that really runs: a version manager's shim may be on the path and refuse.
find_python() {
    for candidate in ${PYTHON:-python3.13 python3.12 python3.11 python3}; do
        if runs "$candidate"; then
            "$candidate" -c 'import sys; print(sys.executable)'
            return
        fi
    done
    echo "error: no working Python >= 3.11 with venv and ensurepip (tried: ${PYTHON:-python3.13 python3.12 python3.11 python3})." >&2
    echo "Install one (on Debian: python3 and python3-venv) or name it: make PYTHON=/path/to/python3" >&2
    return 1
}

up_to_date() {
    [ -e "$stamp" ] || return 1
    # shellcheck disable=SC2086  # the inputs are a list
    [ -z "$(find $inputs -newer "$stamp")" ]
}

if ! "$folder/bin/python" -c pass 2>/dev/null; then
    python=$(find_python)
    echo "making $folder with $("$python" -V) ($python)"
    "$python" -m venv --clear "$folder"
fi

if ! up_to_date; then
    echo "installing into $folder: $*"
    # pip reads the first name; newer ones read the second for the builds that they isolate.
    PIP_CONSTRAINT=${CONSTRAINTS-constraints.txt} PIP_BUILD_CONSTRAINT=${CONSTRAINTS-constraints.txt} \
        PIP_DISABLE_PIP_VERSION_CHECK=1 "$@"
    touch "$stamp"
fi
