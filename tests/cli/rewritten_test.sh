#!/usr/bin/env bash
# rewritten_test.sh TALLY: a file that is written in place while a command reads it is read in one state,
# or reported as one that changes; never as an empty file, or as half of one.
source "$(dirname "$0")/setup.sh"
writer=
trap 'if [ -n "$writer" ]; then kill "$writer"; fi; rm -rf "$work"' EXIT
fail() { echo "$test_name: $*" >&2; exit 1; }  # the writer would go on

# The last line decides: half of the file decides something else, or nothing.
{
  echo 'use "used.tally"'
  for i in $(seq 1 2000); do echo "# line $i"; done
  echo 'decision d : flag = shared'
} >rules
{
  for i in $(seq 1 500); do echo "# line $i"; done
  echo 'input a : flag'
  echo 'let shared = a'
} >used
printf '{"a": true%5000s}\n' '' >request
for name in rules used request; do declare "text_$name=$(cat $name)"; done
rewrite() { # each in place and piece by piece; the shell itself writes, without a rest between the pieces
  printf '%s\n' "$text_rules" >rules.tally
  printf '%s\n' "$text_used" >used.tally
  printf '%s\n' "$text_request" >request.tally
}
rewrite
(while :; do rewrite; sleep 0.03; done) &
writer=$!

read=0
for i in $(seq 1 20); do
  for run in "check rules.tally" "decide rules.tally --input request.tally" "dump rules.tally --stage model" \
    "table rules.tally --format csv"; do
    code=0
    "$tally" $run >out 2>err || code=$?
    case $run in
      check*) expected="rules.tally: ok: 1 decision, 1 rule, 0 proofs, 0 examples, 2 combinations" ;;
      decide*) expected='{"d":true}' ;;
      dump*) expected="  a : flag at /a" ;;
      *) expected="d,on,on,1,1," ;;
    esac
    if [ "$code" = 0 ] && grep -qxF "$expected" out; then
      read=$((read + 1))
    elif ! { [ "$code" != 0 ] && grep -q "changes while it is read" err; }; then
      fail "tally $run: exit $code: $(head -c 300 out err)"
    fi
  done
done
[ "$read" -ge 20 ] || fail "only $read of 80 runs read their files, which rest for most of the time"
