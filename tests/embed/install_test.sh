#!/usr/bin/env bash
# install_test.sh BUILD: installs into a prefix of its own, and builds and runs the example in embed/c
# against it, with the CMake package and with pkg-config.
set -euo pipefail
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "install_test: $*" >&2; exit 1; }
# shellcheck source=tests/embed/example.sh
source "$(dirname "$0")/example.sh"

prefix=$work/usr
cmake --install "$build" --prefix "$prefix" --strip >"$work/log" || { cat "$work/log"; fail "cmake --install"; }
lib=$(dirname "$(find "$prefix" -name libtally-runtime.so)")
[ -x "$prefix/bin/tally" ] || fail "no command"
[ -f "$prefix/include/tally.h" ] || fail "no header"

# Only the interface is exported, under its version; the runtime has no LLVM.
for library in "$lib/libtally.so" "$lib/libtally-runtime.so"; do
  others=$(nm -D --defined-only "$library" | awk '$2 ~ /[A-Z]/ {print $3}' | grep -v '^tally_.*@@TALLY_1$' | grep -v '^TALLY_1$' || true)
  [ -z "$others" ] || fail "$library exports $others"
done
! ldd "$lib/libtally-runtime.so" | grep -i llvm || fail "the runtime needs LLVM"
# Both libraries export every function of the header.
sed -n 's/^TALLY_API .*[ *]\(tally_[a-z_]*\)(.*/\1/p' "$prefix/include/tally.h" | sort >"$work/declared"
for library in "$lib/libtally.so" "$lib/libtally-runtime.so"; do
  nm -D --defined-only "$library" | sed -n 's/.* \(tally_[a-z_]*\)@@.*/\1/p' | sort | diff "$work/declared" - || fail "$library is not its header"
done

hold_example "$(dirname "$0")/../../embed/c" "$prefix" "$lib"
echo "installed libtally-runtime: $(stat -Lc %s "$lib/libtally-runtime.so") bytes; the policy: $(stat -c %s "$work/recording.so") bytes"
