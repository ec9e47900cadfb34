#!/usr/bin/env bash
# switches_test.sh TALLY: embed/http answers what switches send, by their documentation. No switch is run.
folder=$(realpath "$(dirname "$0")")
source "$folder/../cli/setup.sh"
http=$folder/../../embed/http

"$tally" check "$http/recording.tally" >/dev/null || fail "the rules have a fault"
"$tally" serve "$http/recording.tally" --templates "$http/templates" --listen unix:socket 2>served & process=$!
trap 'kill $process 2>/dev/null; rm -rf "$work"' EXIT
for _ in $(seq 100); do [ -S socket ] && break; sleep 0.1; done
ask() { curl -s --unix-socket socket "$@"; }
at=http://x/v1
for account in 'acme {"record":"all","format":"wav","time_limit":60}' 'none {}'; do
  ask -o out -w '%{http_code}' -X PUT -H 'Content-Type: application/json' -d "${account#* }" "$at/documents/account/${account%% *}" >status
  [ "$(cat status)" = 201 ] || fail "the account: $(cat out)"
done
# expect WHAT WANTED GOT
expect() { [ "$2" = "$3" ] || fail "$1: $3, not $2"; }
# json EXPRESSION: of `j`, the JSON on standard input.
json() { python3 -c 'import json, sys; j = json.load(sys.stdin); print(eval(sys.argv[1]))' "$1"; }
# xml PATH ATTRIBUTE: the attributes of all elements there.
xml() { python3 -c 'import sys, xml.etree.ElementTree as t; print(" ".join(e.get(sys.argv[2]) for e in t.fromstring(sys.stdin.buffer.read()).iterfind(sys.argv[1])))' "$1" "$2"; }

# KAZOO's Pivot.
pivot=(--data-urlencode 'Direction=inbound' --data-urlencode 'Call-ID=a84b@x' --data-urlencode 'From-User=+1 415' --data-urlencode 'To-User=1000' --data-urlencode 'Caller-ID-Number=+14155550100')
expect "pivot records" 'record_call wav 60 f"1' "$(ask "${pivot[@]}" -d Account-ID=acme "$at/answers/pivot?callflow=f%221" |
  json '" ".join(map(str, [j["module"], j["data"]["format"], j["data"]["time_limit"], j["children"]["_"]["data"]["id"]]))')"
expect "pivot does not record" 'callflow' "$(ask "${pivot[@]}" -d Account-ID=none "$at/answers/pivot?callflow=f" | json 'j["module"]')"
expect "pivot by GET" 'record_call' "$(ask -G "${pivot[@]}" -d Account-ID=acme "$at/answers/pivot" | json 'j["module"]')"

# FreeSWITCH's mod_xml_curl.
switch=(-d section=dialplan -d Caller-Context=default -d Call-Direction=inbound -d variable_accountcode=acme)
ask "${switch[@]}" --data-urlencode 'Caller-Destination-Number=10"<&>00' "$at/answers/freeswitch" >answer.xml
expect "mod_xml_curl" 'set record_session transfer' "$(xml section/context/extension/condition/action application <answer.xml)"
expect "what is dialled is not in the answer" '$1 XML after_tally' "$(xml 'section/context/extension/condition/action[@application="transfer"]' data <answer.xml)"
expect "the type" 'text/xml; charset=utf-8' "$(ask -o out -w '%{content_type}' "${switch[@]}" -d Caller-Destination-Number=1 "$at/answers/freeswitch")"
ask "${switch[@]}" -d Caller-Destination-Number=911 "$at/answers/freeswitch" >answer.xml
expect "an emergency call" 'transfer' "$(xml section/context/extension/condition/action application <answer.xml)"

# Asterisk's CURL().
expect "asterisk" 'record=yes&format=wav&time_limit=60' "$(ask "$at/answers/asterisk?direction=outbound&called=1000&account=acme")"
expect "asterisk, no record" 'record=no&format=mp3&time_limit=3600' "$(ask "$at/answers/asterisk?direction=outbound&called=1000&account=none")"

# jambonz.
hook() { printf '{"call_sid":"c1","direction":"inbound","from":"+14155550100","to":"1000","account_sid":"%s","sip":{"headers":{}}}' "$1"; }
expect "jambonz" 'config dial' "$(hook acme | ask -H 'Content-Type: application/json' --data-binary @- "$at/answers/jambonz" | json '" ".join(v["verb"] for v in j)')"
expect "jambonz, no record" 'dial' "$(hook none | ask -H 'Content-Type: application/json' --data-binary @- "$at/answers/jambonz" | json '" ".join(v["verb"] for v in j)')"

# Nothing is decided from a request with a fault.
expect "an account that is not bound" 409 "$(ask -o out -w '%{http_code}' "${pivot[@]}" -d Account-ID=unknown "$at/answers/pivot")"
expect "no direction" 422 "$(ask -o out -w '%{http_code}' "$at/answers/asterisk?account=acme")"
expect "an injected member" 422 "$(ask -o out -w '%{http_code}' -G --data-urlencode 'direction=inbound", "direction": "outbound' -d account=acme "$at/answers/asterisk")"
exit $failed
