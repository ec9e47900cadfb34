#!/usr/bin/env bash
# sockets_test.sh TALLY: `tally serve` at a unix socket and at a port, asked by curl.
source "$(dirname "$0")/../cli/setup.sh"

cat >recording.tally <<'RULES'
type network = onnet | offnet
input source : network
input account : { record : flag, ... }?
decision recording : flag {
  on when source is offnet and account.record is on
  off otherwise
}
RULES
cp recording.tally other.tally
json='Content-Type: application/json'
# The process that is served by; ended by `end`.
serve() {
  "$tally" serve "$@" 2>served & process=$!
  for _ in $(seq 100); do
    grep -q '^tally: serves' served && break
    kill -0 $process 2>/dev/null || break
    sleep 0.1
  done
  port=$(sed -n 's/^tally: serves .*127\.0\.0\.1:\([0-9]*\).*/\1/p' served)
  at=http://127.0.0.1:$port
}
trap '[ -z "${process:-}" ] || kill $process 2>/dev/null; rm -rf "$work"' EXIT
end() {
  local code=0
  kill -TERM $process
  wait $process || code=$?
  [ $code -eq 0 ] || fail "it ended with $code: $(cat served)"
  process=
}
# expect WHAT WANTED GOT
expect() { [ "$2" = "$3" ] || fail "$1: $3, not $2"; }
status() { curl -s -o body -w '%{http_code}' "$@"; }

# --- a unix socket and a port at once -----------------------------------------------------
serve recording.tally --listen unix:socket --listen 127.0.0.1:0 --socket-mode 600
expect "the mode of the socket" 600 "$(stat -c %a socket)"
expect "by the socket" '{"recording":false}' "$(curl -s --unix-socket socket -H "$json" -d '{"source":"onnet"}' http://x/v1/decide)"
expect "by the port" '{"recording":false}' "$(curl -s -H "$json" -d '{"source":"onnet"}' "$at/v1/decide")"
expect "a document" 201 "$(status -X PUT -H "$json" -d '{"record":true}' "$at/v1/documents/account/acme")"
expect "a named document" '{"recording":true}' \
  "$(curl -s --unix-socket socket -H "$json" -d '{"source":"offnet","account":{"$bound":"acme"}}' http://x/v1/decide)"
expect "an explanation" 200 "$(status -H "$json" -d '{"source":"onnet"}' "$at/v1/explain")"
grep -q rests_on body || fail "an explanation without what it rests on: $(cat body)"
expect "HEAD" 200 "$(status -I "$at/healthz")"
expect "100-continue" '{"recording":false}' "$(curl -s -H "$json" -H 'Expect: 100-continue' -d '{"source":"onnet"}' "$at/v1/decide")"
expect "chunks" '{"recording":false}' "$(curl -s -H "$json" -H 'Transfer-Encoding: chunked' -d '{"source":"onnet"}' "$at/v1/decide")"
# Lines: more than fit into memory on either side.
for _ in $(seq 2000); do printf '%s\n' '{"source":"offnet","account":{"record":true}}'; done >some
for _ in $(seq 100); do cat some; done >lines
curl -s -H 'Content-Type: application/jsonl' --data-binary @lines "$at/v1/decide" >answers
expect "the answers to lines" "200000" "$(grep -c '^{"recording":true}$' answers)"
curl -s -T lines -X POST -H 'Content-Type: application/x-ndjson' "$at/v1/decide" | cmp - answers || fail "lines in chunks"
expect "a port over 65535" 2 "$("$tally" serve other.tally --listen 127.0.0.1:65536 >/dev/null 2>&1; echo $?)"
mkdir slips
echo '{}' >slips/a.request.json.mustache
echo '{{#decision.recordng}}yes{{/decision.recordng}}' >slips/a.answer.txt.mustache
"$tally" serve other.tally --listen 127.0.0.1:0 --templates slips 2>refusal && fail "a template with a decision that is missing"
grep -q 'did you mean `recording`' refusal || fail "a slip in a template: $(cat refusal)"
expect "a second process at the socket" 2 "$("$tally" serve other.tally --listen unix:socket >/dev/null 2>&1; echo $?)"

# --- reloads -------------------------------------------------------------------------------
sed -i 's/is offnet/is onnet/' recording.tally
kill -HUP $process
for _ in $(seq 50); do grep -q 'version 2' served && break; sleep 0.1; done
expect "after SIGHUP" '{"recording":false}' "$(curl -s -H "$json" -d '{"source":"offnet","account":{"$bound":"acme"}}' "$at/v1/decide")"
echo nonsense >recording.tally
kill -HUP $process
for _ in $(seq 50); do grep -q 'refused' served && break; sleep 0.1; done
expect "after a refused file" '{"recording":true}' "$(curl -s -H "$json" -d '{"source":"onnet","account":{"$bound":"acme"}}' "$at/v1/decide")"
curl -s "$at/metrics" | grep -qx 'tally_reloads_total{policy="recording",result="refused"} 1' || fail "a refused reload is not counted"
end
[ ! -e socket ] || fail "the socket is still there"

# --- a guard -----------------------------------------------------------------------------------
cp other.tally recording.tally
mkdir state
"$tally" keygen release >/dev/null
guarded=(recording.tally --listen 127.0.0.1:0 --key release.pub --state state)
expect "rules that nobody signed, at the start" 1 "$("$tally" serve "${guarded[@]}" >/dev/null 2>refusal; echo $?)"
grep -q 'is not signed' refusal || fail "why they are refused: $(cat refusal)"
"$tally" sign recording.tally --key release.key --serial 5 >/dev/null
cp recording.tally.sig first.sig
serve "${guarded[@]}"
expect "the serial that is kept" 5 "$(cat state/recording.serial)"
sed -i 's/is offnet/is onnet/' recording.tally
kill -HUP $process
for _ in $(seq 50); do grep -q 'refused' served && break; sleep 0.1; done
expect "after rules that nobody signed" '{"recording":false}' "$(curl -s -H "$json" -d '{"source":"onnet","account":{"record":true}}' "$at/v1/decide")"
curl -s "$at/metrics" | grep -qx 'tally_guard_versions_total{policy="recording",result="refused"} 1' || fail "the refusal is not counted"
"$tally" sign recording.tally --key release.key --serial 6 >/dev/null
kill -HUP $process
for _ in $(seq 50); do [ "$(cat state/recording.serial)" = 6 ] && break; sleep 0.1; done
expect "after signed rules" '{"recording":true}' "$(curl -s -H "$json" -d '{"source":"onnet","account":{"record":true}}' "$at/v1/decide")"
end
cp other.tally recording.tally
cp first.sig recording.tally.sig
expect "an older signed version, after a restart" 1 "$("$tally" serve "${guarded[@]}" >/dev/null 2>refusal; echo $?)"
grep -q 'serial' refusal || fail "why it is refused: $(cat refusal)"
echo x >state/recording.serial
expect "a file that is not a serial" 2 "$("$tally" serve "${guarded[@]}" >/dev/null 2>&1; echo $?)"
expect "a folder that is missing for --state" 2 "$("$tally" serve recording.tally --key release.pub --state missing >/dev/null 2>&1; echo $?)"
expect "--state without a key" 2 "$("$tally" serve recording.tally --state state >/dev/null 2>&1; echo $?)"

# --- several policies, a watch and a log ----------------------------------------------------
cp other.tally recording.tally
mkdir log
serve recording.tally other.tally --listen 127.0.0.1:0 --watch 1 --log log --log-keep account 2>/dev/null
grep -q 'log-keep\|neither a number' served || fail "an object cannot be kept in a log: $(cat served)"
wait $process || true
serve recording.tally other.tally --listen 127.0.0.1:0 --watch 1 --log log
expect "no policy is named" 404 "$(status -H "$json" -d '{}' "$at/v1/decide")"
expect "one is named" '{"recording":false}' "$(curl -s -H "$json" -H 'X-Request-Id: a84b' -d '{"source":"onnet"}' "$at/v1/policies/other/decide")"
sed -i 's/is offnet/is onnet/' other.tally
for _ in $(seq 80); do curl -s "$at/v1/policies/other" | grep -q '"generation":2' && break; sleep 0.1; done
expect "the watch has seen the file" '{"recording":true}' \
  "$(curl -s -H "$json" -d '{"source":"onnet","account":{"record":true}}' "$at/v1/policies/other/decide")"
end
"$tally" log cat log/other-*.tlog 2>/dev/null | grep -q '"id":"a84b"' || fail "the log lacks the id: $("$tally" log cat log/other-*.tlog 2>&1 | head -5)"

# --- what is refused at the start ------------------------------------------------------------
for arguments in '--listen 0.0.0.0:0' '--listen nowhere' '--listen unix:' '--socket-mode 9' '--templates missing' '--threads 0' '--log-keep x'; do
  code=0
  # shellcheck disable=SC2086
  timeout 10 "$tally" serve recording.tally $arguments >/dev/null 2>&1 || code=$?
  expect "$arguments" 2 $code
done
serve recording.tally --listen 0.0.0.0:0 --public
kill -0 $process || fail "--public is refused: $(cat served)"
end
# Sockets that systemd has opened.
if command -v systemd-socket-activate >/dev/null; then
  systemd-socket-activate -l "$work/given" "$tally" serve recording.tally 2>served & process=$!
  for _ in $(seq 50); do [ -S given ] && break; sleep 0.1; done
  expect "a socket of systemd" '{"status":"ok"}' "$(curl -s --unix-socket given http://x/healthz)"
  end
fi
exit $failed
