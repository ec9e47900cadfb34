#!/usr/bin/env bash
# stream_test.sh TALLY: what `tally decide --jsonl` does between its first and its last line: each answer
# comes as soon as its request, and a signal ends the stream behind a whole line, with the counts.
source "$(dirname "$0")/setup.sh"

cat >rules.tally <<'RULES'
input caller : text
decision greeting : text = "hello {caller}"
RULES
answer_to() { printf '{"greeting":"hello %s"}' "$1"; }

# --- a co-process ------------------------------------------------------------------------

for options in "" "--line-buffered"; do
  coproc switch { exec "$tally" decide rules.tally --jsonl $options 2>co.err; }
  process=$switch_PID to=${switch[1]} from=${switch[0]}
  for i in 1 2 3; do
    echo "{\"caller\": \"$i\"}" >&"$to"
    read -r -t 10 line <&"$from" || line="nothing within 10 s"
    [ "$line" = "$(answer_to $i)" ] || fail "co-process $options: request $i is answered by: $line"
  done
  # Half a line is not a request yet, and its other half is.
  printf '{"caller": "4"}\n{"caller":' >&"$to"
  read -r -t 10 line <&"$from" || line="nothing within 10 s"
  [ "$line" = "$(answer_to 4)" ] || fail "co-process $options: a line before half a line is answered by: $line"
  printf ' "5"}' >&"$to"
  eval "exec $to>&-"
  read -r -t 10 line <&"$from" || line="nothing within 10 s"
  [ "$line" = "$(answer_to 5)" ] || fail "co-process $options: a last line without a line break is answered by: $line"
  wait "$process" || fail "co-process $options: exit code $?"
  grep -qx "5 requests, 0 at fault" co.err || fail "co-process $options: counts: $(cat co.err)"
done

# --- signals -----------------------------------------------------------------------------

# Requests without an end. The answers are longer than what is written at once.
request='{"caller": "a name that makes an answer of several tens of bytes"}'
requests() { yes "$request"; }
whole=$(answer_to "a name that makes an answer of several tens of bytes")

# check SIGNAL CODE WHAT: the process ended with CODE; out holds whole answers, and err their number.
check() {
  local lines
  [ "$2" = "$((128 + $(kill -l "$1")))" ] || fail "$1, $3: exit code $2"
  lines=$(grep -cFx "$whole" out || true)
  [ "$(wc -c <out)" = "$((lines * (${#whole} + 1)))" ] || fail "$1, $3: the output ends with $(tail -c 40 out)"
  [ "$(tr -d , <err)" = "$lines requests 0 at fault" ] || fail "$1, $3: $lines lines, counted as: $(cat err)"
}
for signal in HUP INT QUIT PIPE TERM; do
  for delay in 0.013 0.031 0.057; do
    rm -f out
    mkfifo in
    # A shell lets a process in the background ignore SIGINT and SIGQUIT; env gives them back.
    (ulimit -c 0; exec env --default-signal "$tally" decide rules.tally --jsonl --input in >out 2>err) 2>shell &
    process=$!
    requests >in 2>/dev/null &
    writer=$!
    until [ -s out ]; do sleep 0.005; done
    sleep "$delay"
    kill -s "$signal" "$process"
    code=0
    wait "$process" 2>/dev/null || code=$?
    wait "$writer" 2>/dev/null || true
    check "$signal" "$code" "busy for $delay s"
    rm in
  done

  # A process that waits for a request.
  rm -f out
  mkfifo in
  (ulimit -c 0; exec env --default-signal "$tally" decide rules.tally --jsonl --input in >out 2>err) 2>shell &
  process=$!
  exec 7>in
  printf '%s\n' "$request" "$request" "$request" >&7
  printf '{"caller": "half' >&7
  until [ -s out ] && [ "$(wc -l <out)" = 3 ]; do sleep 0.005; done
  kill -s "$signal" "$process"
  code=0
  wait "$process" 2>/dev/null || code=$?
  check "$signal" "$code" waiting
  [ "$(wc -l <out)" = 3 ] || fail "$signal, waiting: $(wc -l <out) answers to 3 requests"
  exec 7>&-
  rm in
done

# A signal that is ignored from the start, as under `nohup`, ends nothing.
rm -f out
mkfifo in
(trap '' HUP; exec "$tally" decide rules.tally --jsonl --input in >out 2>err) &
process=$!
exec 7>in
echo "$request" >&7
until [ -s out ]; do sleep 0.005; done
kill -s HUP "$process"
echo "$request" >&7
exec 7>&-
wait "$process" || fail "an ignored HUP: exit code $?"
check_lines=$(grep -cFx "$whole" out || true)
[ "$check_lines" = 2 ] || fail "an ignored HUP: $check_lines answers to 2 requests"

# A second signal ends a process whose answers nobody takes.
mkfifo in.2 out.2
(ulimit -c 0; exec env --default-signal "$tally" decide rules.tally --jsonl --input in.2 >out.2 2>err) 2>shell &
process=$!
requests >in.2 2>/dev/null &
exec 8<out.2
read -r -n 1 <&8
sleep 0.2
kill -s TERM "$process"
sleep 0.1
kill -s INT "$process" || fail "one signal ended a process within a line"
code=0
wait "$process" 2>/dev/null || code=$?
[ "$code" = 130 ] || fail "a second signal: exit code $code"
exec 8<&-

# --- a reader that goes away -------------------------------------------------------------

# ended COMMAND...: the exit code of the command, whose reader takes one line, and its messages in err.
ended() {
  set +o pipefail
  (env --default-signal "$@" 2>err; echo "$?" >code) | head -1 >first
  set -o pipefail
  cat code
}
(set +o pipefail; requests 2>/dev/null | head -200000 >many.jsonl)
[ "$(ended "$tally" decide rules.tally --jsonl --input many.jsonl)" = 141 ] || fail "| head -1: exit code $(cat code)"
[ ! -s err ] || fail "| head -1: $(cat err)"
[ "$(cat first)" = "$whole" ] || fail "| head -1 shows $(cat first)"
for i in $(seq 1 14); do echo "input f$i : flag"; done >flags.tally
{ printf 'decision all : flag = f1 is on'; printf ' and f%s is on' $(seq 2 14); } >>flags.tally
[ "$(ended "$tally" table flags.tally --full)" = 141 ] || fail "table | head -1: exit code $(cat code)"
[ ! -s err ] || fail "table | head -1: $(cat err)"

# Output that is lost ends the stream, which would otherwise be decided for nobody.
code=0
requests 2>/dev/null | timeout 10 "$tally" decide rules.tally --jsonl >/dev/full 2>err || code=$?
[ "$code" = 2 ] || fail "a full disk: exit code $code"
grep -q "the output could not be written" err || fail "a full disk: $(cat err)"
exit $failed
