# For scripts that test an installation; they source it, and define `fail` and `$work`.
#
#   hold_example SOURCE PREFIX LIB
#
# Builds the example in SOURCE against the installation in PREFIX, with the CMake package and with
# pkg-config, and runs it with the libraries in LIB. Each program must print what is expected, with
# a policy that the installed command built and with rules.
hold_example() {
  local source=$1 prefix=$2 lib=$3 rules=$2/share/tally/rules/call_recording.tally name
  cat >"$work/wanted" <<'WANTED'
offnet to onnet   account: inbound  caller: off  to https://recorder/in
onnet  to offnet  account: outbound caller: on  to https://recorder/out
onnet  to onnet   account: none     caller: off
WANTED
  says() { sed 's/  (.*)$//' "$work/said" | diff "$work/wanted" - || fail "$1 says something else"; }
  export LD_LIBRARY_PATH=$lib
  "$prefix/bin/tally" build "$rules" -o "$work/recording.so" || fail "the installed command"
  cmake -S "$source" -B "$work/example" -DCMAKE_PREFIX_PATH="$prefix" >"$work/log" 2>&1 || { cat "$work/log"; fail "find_package"; }
  cmake --build "$work/example" >"$work/log" 2>&1 || { cat "$work/log"; fail "the example"; }
  ldd "$work/example/recording" | grep >/dev/null "libtally-runtime.so.1 => $lib/" || fail "the example is linked with another library"
  "$work/example/recording" "$work/recording.so" >"$work/said"
  says "the example with a policy that was built"
  "$work/example/recording-rules" "$rules" >"$work/said"
  says "the example with rules"
  ! "$work/example/recording" "$rules" 2>"$work/said" || fail "the runtime compiles"
  grep -q "has no compiler" "$work/said" || fail "the runtime does not say why it opens no rules"
  command -v pkg-config >/dev/null || return 0
  export PKG_CONFIG_PATH=$lib/pkgconfig
  for name in tally tally-runtime; do
    # shellcheck disable=SC2046
    cc -std=c11 -pedantic -Wall -Wextra -Werror "$source/recording.c" -o "$work/by-$name" $(pkg-config --cflags --libs "$name")
    "$work/by-$name" "$work/recording.so" >"$work/said"
    says "the example by pkg-config $name"
  done
}
