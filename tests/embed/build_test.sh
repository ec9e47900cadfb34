#!/usr/bin/env bash
# build_test.sh TALLY: tests what `tally build` writes, and what it leaves alone. Runs in the root of
# the project.
set -euo pipefail
tally=$(realpath "$1")
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
fail() { echo "build_test: $*" >&2; exit 1; }
rules=rules/call_recording.tally

# The bytes depend neither on the place of the rules nor on the time; with the CPU of the host too.
mkdir "$work/there" && cp rules/*.tally "$work/there"
for kind in so o a ll bc s h; do
  "$tally" build $rules -o "$work/one.$kind"
  (cd "$work/there" && "$tally" build "$PWD/call_recording.tally" -o "$work/two.$kind")
  cmp "$work/one.$kind" "$work/two.$kind" || fail "two builds of .$kind differ"
  ! grep -aq -e "$work" -e "$PWD" "$work/one.$kind" || fail ".$kind holds a path"
  [ "$(stat -c %a "$work/one.$kind")" = "$(printf %o $((0666 & ~0$(umask))))" ] || fail ".$kind has odd rights"
done
"$tally" build $rules -o "$work/native.so" --cpu native

# An object needs no symbol outside itself, nor does an archive or a shared object.
for file in one.o one.a one.so; do
  [ -z "$(nm -u "$work/$file" 2>/dev/null | grep -v ':$' | grep -v '^$' || true)" ] || fail "$file needs $(nm -u "$work/$file")"
done
[ "$(nm -D --defined-only "$work/one.so" | awk '{print $3}' | grep -c tally_policy)" = 1 ] || fail "no descriptor"

# C calls an object, an archive and a shared object without any library.
cat >"$work/main.c" <<'C'
#include "call_recording.h"
#include <stdio.h>
int main(void) {
  struct call_recording_input call;
  struct call_recording_results all;
  struct call_recording_account_recording account;
  memset(&call, CALL_RECORDING_UNSET, sizeof call);
  call.source = CALL_RECORDING_NETWORK_OFFNET;
  call.destination = CALL_RECORDING_NETWORK_ONNET;
  call.account_inbound_offnet_enabled = CALL_RECORDING_ON;
  call_recording_decide(&call, &all);
  call_recording_decide_account_recording(&call, &account);
  printf("%d %d %d\n", account.rule, account.value == CALL_RECORDING_ACCOUNT_RECORDING_INBOUND,
         memcmp(&account, &all.account_recording, sizeof account) == 0);
  return 0;
}
C
cp "$work/one.h" "$work/call_recording.h"
strict="-std=c11 -pedantic -Wall -Wextra -Werror -I$work"
# shellcheck disable=SC2086
{
  cc $strict "$work/main.c" "$work/one.o" -o "$work/by_object"
  cc $strict "$work/main.c" "$work/one.a" -o "$work/by_archive"
  cc $strict "$work/main.c" "$work/one.so" -o "$work/by_shared" -Wl,-rpath,"$work"
  cc $strict -shared "$work/one.o" -o "$work/linked.so"
  cc $strict "$work/main.c" "$work/one.s" -o "$work/by_assembly" -z noexecstack
}
if command -v g++ >/dev/null; then g++ -std=c++20 -Wall -Wextra -Werror -fsyntax-only -x c++ "$work/call_recording.h"; fi
for program in object archive shared assembly; do
  [ "$("$work/by_$program")" = "1 1 1" ] || fail "by $program: $("$work/by_$program")"
done

# Another machine: the policy is built and linked, and run if there is an emulator.
for kind in so o a s; do "$tally" build $rules -o "$work/arm.$kind" --target aarch64-linux-gnu; done
"$tally" build $rules -o "$work/arm.h"
readelf -h "$work/arm.o" | grep >/dev/null AArch64 || fail "arm.o is for another machine"
readelf -h "$work/arm.so" | grep >/dev/null AArch64 || fail "arm.so is for another machine"
[ -z "$(readelf -r "$work/arm.so" | grep R_AARCH64 || true)" ] || fail "arm.so needs relocations"
"$tally" build $rules -o "$work/arm72.so" --target aarch64-linux-gnu --cpu cortex-a72
clang=$(command -v clang-14 || command -v clang || true)
lld=$(command -v ld.lld-19 || command -v ld.lld || true)
emulator=$(command -v qemu-aarch64-static || command -v qemu-aarch64 || true)
if [ -n "$clang" ] && [ -n "$lld" ] && [ -n "$emulator" ]; then
  # Without a C library for the machine: the program answers with its exit code.
  cat >"$work/arm.c" <<'C'
#define memset(p, v, n) __builtin_memset(p, v, n)
#include <stddef.h>
#include <stdint.h>
static int memcmp_(const void *a, const void *b, size_t n) { const char *x = a, *y = b; while (n--) if (*x++ != *y++) return 1; return 0; }
struct call_recording_input;
#define main program
#include "arm_header.h"
void *(memset)(void *p, int v, size_t n) { char *c = p; while (n--) *c++ = (char)v; return p; }
void _start(void) {
  struct call_recording_input call;
  struct call_recording_results all;
  struct call_recording_account_recording account;
  for (size_t i = 0; i < sizeof call; ++i) ((volatile char *)&call)[i] = 0;
  call.source = CALL_RECORDING_NETWORK_OFFNET;
  call.destination = CALL_RECORDING_NETWORK_ONNET;
  call.account_inbound_offnet_enabled = CALL_RECORDING_ON;
  call_recording_decide(&call, &all);
  call_recording_decide_account_recording(&call, &account);
  long code = account.rule == 1 && account.value == CALL_RECORDING_ACCOUNT_RECORDING_INBOUND && !memcmp_(&account, &all.account_recording, sizeof account) ? 42 : 1;
  register long x0 __asm__("x0") = code;
  register long x8 __asm__("x8") = 93;
  __asm__ volatile("svc 0" ::"r"(x0), "r"(x8));
}
C
  sed 's/#include <string.h>//; /^static inline/,/^}/d' "$work/arm.h" >"$work/arm_header.h"
  sed -i 's/arm_\(input\|results\|account_recording\|decide\)/call_recording_\1/g' "$work/arm_header.h"
  "$clang" --target=aarch64-linux-gnu -ffreestanding -fno-builtin -O1 -I"$work" -c "$work/arm.c" -o "$work/arm_main.o"
  "$lld" "$work/arm_main.o" "$work/arm.o" -o "$work/arm"
  code=0; "$emulator" "$work/arm" || code=$?
  [ "$code" = 42 ] || fail "aarch64 code ends with $code"
  echo "aarch64: built, linked, run"
else
  echo "aarch64: built, linked; no emulator or no compiler to run it with"
fi

# If a file cannot be written, the old one stays.
good=$(sha256sum <"$work/one.so")
stays() { [ "$(sha256sum <"$work/one.so")" = "$good" ] || fail "$1 harms the older file"; }
fails() { # EXIT TEXT ARGUMENT...
  local exit=$1 text=$2 code=0; shift 2
  "$tally" build "$@" 2>"$work/said" >&2 || code=$?
  [ "$code" = "$exit" ] && grep -qF "$text" "$work/said" || { cat "$work/said"; fail "$* ends with $code"; }
}
echo 'decision d : flag { on when x is on }' >"$work/bad.tally"
fails 1 'error[T' "$work/bad.tally" -o "$work/one.so"; stays "a bad rule file"
fails 2 'no processor `nonsense`' $rules -o "$work/one.so" --cpu nonsense; stays "an unknown processor"
fails 2 'no code for the target' $rules -o "$work/one.so" --target nonsense; stays "an unknown target"
fails 2 'is not a processor of `aarch64-linux-gnu`' $rules -o "$work/one.so" --target aarch64-linux-gnu --cpu native; stays "a processor of another machine"
fails 2 'No such file or directory' $rules -o "$work/missing/one.so"
fails 2 'cannot write' $rules -o /proc/one.so
ln -s /dev/full "$work/full.so"
fails 2 'No space left on device' $rules -o "$work/full.so"
mkdir "$work/folder.so"
fails 2 'is a directory' $rules -o "$work/folder.so"
if [ "$(id -u)" -ne 0 ]; then
  mkdir "$work/locked" && chmod a-w "$work/locked"
  fails 2 'Permission denied' $rules -o "$work/locked/one.so"
fi
# The disk is full in the middle of a file.
code=0
(trap '' XFSZ; ulimit -f 2; "$tally" build $rules -o "$work/one.so") 2>"$work/said" || code=$?
[ "$code" = 2 ] && grep -q 'File too large\|linker' "$work/said" || { cat "$work/said"; fail "a full disk ends with $code"; }
stays "a full disk"
[ -z "$(find "$work" -name '*.so.??????')" ] || fail "a part of a file is left"

# A link stays a link, and a file keeps its rights.
cp "$work/one.so" "$work/real.so" && chmod 640 "$work/real.so" && ln -s real.so "$work/link.so"
"$tally" build $rules -o "$work/link.so" --decision account-recording
[ -L "$work/link.so" ] && [ "$(stat -c %a "$work/real.so")" = 640 ] || fail "a link was replaced"
! cmp -s "$work/real.so" "$work/one.so" || fail "nothing was written"

# A reader sees the old file or the new one, never a part.
for _ in 1 2 3; do "$tally" build $rules -o "$work/real.so"; done &
builder=$!
while kill -0 $builder 2>/dev/null; do
  tail -c 24 "$work/real.so" | head -c 8 | grep >/dev/null TALLYEND || fail "a part of a file is seen"
done
wait $builder
echo "a policy is $(stat -c %s "$work/one.so") bytes"
