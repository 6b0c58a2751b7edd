# shellcheck shell=sh
# Sourced by run and test, which have set $root. Finds a Python, and has scripts/set_up.py make the private
# environment .venv when the stamp says it is missing, old or half made. Everything said here goes to stderr.

venv_python=$root/.venv/bin/python
# Chinese comes out right whatever the locale says, and stdout is UTF-8 for whoever reads our JSON.
export PYTHONUTF8=1
unset PYTHONHOME PYTHONSTARTUP
# -P in run keeps the caller's folder off the path: a file lying there must not shadow a module of ours.
export PYTHONPATH="$root"

tell() { # Chinese, English
    printf '%s\n%s\n' "$1" "$2" >&2
}

# A pyenv shim may exist and fail, a minimal Debian Python lacks modules: only running it tells.
usable_python() {
    "$1" -I -c 'import sys, ssl, sqlite3, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
        >/dev/null 2>&1 </dev/null
}

find_python() { # sets $python
    for python in python3 python3.13 python3.12 python3.11 python \
        "${HOME:-/nonexistent}"/.pyenv/versions/3.1[123].*/bin/python3 \
        "$(uv python find --no-python-downloads '>=3.11,<3.14' 2>/dev/null || :)"; do
        if [ -n "$python" ] && usable_python "$python"; then
            return 0
        fi
    done
    tell '没有找到可用的 Python。请装好 Python 3.11、3.12 或 3.13(要带 ssl、sqlite3、venv 模块),再运行一次。' \
        'No usable Python here. Install Python 3.11, 3.12 or 3.13 (with its ssl, sqlite3 and venv modules) and start again.'
    return 1
}

stamp() { # run|test: what .venv/.ready says when that set of packages is completely installed
    printf '%s %s' "$1" "$(cat "$root/locks/build.txt" "$root/locks/$1.txt" | cksum)"
}

ready() { # run|test
    [ -f "$root/.venv/.ready" ] && [ -x "$venv_python" ] || return 1
    version=$("$venv_python" -S -E -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || return 1
    grep -qxF "$(stamp "$1") $version" "$root/.venv/.ready"
}

make_ready() { # run|test
    if ready "$1"; then
        return 0
    fi
    find_python || exit 1
    "$python" -I "$root/scripts/set_up.py" "$1" "$(stamp run)" "$(stamp test)" || exit $?
}
