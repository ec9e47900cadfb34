#!/usr/bin/env bash
# install_test.sh BUILD: installs into a prefix of its own, and builds and runs the
# example in embed/c against it, by the CMake package and by pkg-config.
set -euo pipefail
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "install_test: $*" >&2; exit 1; }

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
# Every function of the header is there, in both.
sed -n 's/^TALLY_API .*[ *]\(tally_[a-z_]*\)(.*/\1/p' "$prefix/include/tally.h" | sort >"$work/declared"
for library in "$lib/libtally.so" "$lib/libtally-runtime.so"; do
  nm -D --defined-only "$library" | sed -n 's/.* \(tally_[a-z_]*\)@@.*/\1/p' | sort | diff "$work/declared" - || fail "$library is not its header"
done

rules=$prefix/share/tally/rules/call_recording.tally
"$prefix/bin/tally" build "$rules" -o "$work/recording.so"
cmake -S "$(dirname "$0")/../../embed/c" -B "$work/example" -DCMAKE_PREFIX_PATH="$prefix" >"$work/log" 2>&1 || { cat "$work/log"; fail "find_package"; }
cmake --build "$work/example" >"$work/log" 2>&1 || { cat "$work/log"; fail "the example"; }
export LD_LIBRARY_PATH=$lib
cat >"$work/wanted" <<'WANTED'
offnet to onnet   account: inbound  caller: off  to https://recorder/in
onnet  to offnet  account: outbound caller: on  to https://recorder/out
onnet  to onnet   account: none     caller: off
WANTED
same() { sed 's/  (.*)$//' "$1" | diff "$work/wanted" - || fail "$2 says something else"; }
"$work/example/recording" "$work/recording.so" >"$work/said"
same "$work/said" "the example with a policy that was built"
"$work/example/recording-rules" "$rules" >"$work/said"
same "$work/said" "the example with rules"
! "$work/example/recording" "$rules" 2>"$work/said" || fail "the runtime compiles"
grep -q "has no compiler" "$work/said" || fail "the runtime does not say why it opens no rules"

if command -v pkg-config >/dev/null; then
  export PKG_CONFIG_PATH=$lib/pkgconfig
  for name in tally tally-runtime; do
    # shellcheck disable=SC2046
    cc -std=c11 -pedantic -Wall -Wextra -Werror "$(dirname "$0")/../../embed/c/recording.c" -o "$work/by-$name" $(pkg-config --cflags --libs "$name")
    "$work/by-$name" "$work/recording.so" >"$work/said"
    same "$work/said" "the example by pkg-config $name"
  done
fi
echo "installed libtally-runtime: $(stat -Lc %s "$lib/libtally-runtime.so") bytes; the policy: $(stat -c %s "$work/recording.so") bytes"
