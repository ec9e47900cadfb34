# A switch on loopback, for `demo` beside this file and for the tests: sourced, not run.
#
# Everything listens on 127.0.0.1, in ports from $TALLY_PORTS on (26000), as the user
# who calls; every process is ended by its number. Expects:
#   RUN     a directory for pid files, logs, recordings and the spool of `deliver`
#   LIB     the directory of the Lua module tally.so for Lua 5.1, with libtally.so beside
#           what it was built with
#   TALLY_POLICY, TALLY_DOCUMENTS   see tally_call.lua; TALLY_KEYS and TALLY_STORE if wanted
#   TALLY_SHOW_ANSWER               if it is set, callees get each answer, see kamailio.cfg
#   TALLY_SCRIPT                    a script in the place of tally_call.lua

: "${RUN:?}" "${LIB:?}" "${TALLY_POLICY:?}" "${TALLY_DOCUMENTS:?}"
export TALLY_POLICY TALLY_DOCUMENTS TALLY_SPOOL=$RUN/spool TALLY_RECORDINGS=$RUN/recordings
mkdir -p "$TALLY_SPOOL/jobs"
chmod 700 "$TALLY_SPOOL"

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ports=${TALLY_PORTS:-26000}
sip_port=$ports callee_port=$((ports + 1)) caller_port=$((ports + 2)) control_port=$((ports + 3))
callee_control=$((ports + 4)) caller_control=$((ports + 5)) web_port=$((ports + 6))
rtp_low=$((ports + 100)) rtp_high=$((ports + 899)) callee_rtp=$((ports + 1000)) caller_rtp=$((ports + 2000))

fail() { echo "$*" >&2; exit 1; }

# Waits up to 60 s until a command succeeds.
wait_until() {
  local i
  for ((i = 0; i < 600; i++)); do "$@" && return 0; sleep 0.1; done
  return 1
}
listening() { ss -Hlun "sport = :$1" 2>/dev/null | grep -q .; }
serving() { ss -Hltn "sport = :$1" 2>/dev/null | grep -q .; }

start_rtpengine() {
  mkdir -p "$TALLY_RECORDINGS"
  rtpengine --config-file=none -f -E -L 5 -t -1 -i 127.0.0.1 -n "127.0.0.1:$control_port" -m "$rtp_low" -M "$rtp_high" \
    --num-threads=2 --delete-delay=0 --recording-dir="$TALLY_RECORDINGS" --recording-method=pcap \
    --recording-format=eth >"$RUN/rtpengine.log" 2>&1 &
  rtpengine_pid=$!
  wait_until listening "$control_port" || { cat "$RUN/rtpengine.log" >&2; fail "rtpengine does not start"; }
}

# Leaves why it ended in $RUN/kamailio.log where it does not start.
start_kamailio() {
  mkdir -p "$RUN/kamailio"
  rm -f "$RUN/kamailio.log"
  TALLY_SIP_PORT=$sip_port TALLY_CALLEE_PORT=$callee_port TALLY_RTPENGINE="udp:127.0.0.1:$control_port" \
    TALLY_LUA="${TALLY_SCRIPT:-$here/tally_call.lua}" LUA_CPATH="$LIB/?.so" \
    kamailio -f "$here/kamailio.cfg" ${TALLY_SHOW_ANSWER:+-A WITH_ANSWER} -DD -E -P "$RUN/kamailio/pid" -Y "$RUN/kamailio" -m 256 -M 16 \
    >"$RUN/kamailio.log" 2>&1 &
  kamailio_pid=$!
  answering() { ! kill -0 "$kamailio_pid" 2>/dev/null || grep -qs "worker is ready" "$RUN/kamailio.log"; }
  wait_until answering || fail "Kamailio is not ready after a minute"
  kill -0 "$kamailio_pid" 2>/dev/null || { wait "$kamailio_pid"; kamailio_pid=; return 1; }
}

start_deliver() {
  "$here/deliver" >"$RUN/deliver.log" 2>&1 &
  deliver_pid=$!
}

# The web server that recordings are put to, with the lines of $1 in its server block. What is put under
# /NAME stands in $web/NAME. As root, it runs as nobody.
web=
start_web() {
  local as=()
  if [ -z "$web" ]; then
    web=$(mktemp -d)
    [ "$(id -u)" -ne 0 ] || chown nobody "$web"
  fi
  [ "$(id -u)" -ne 0 ] || as=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
  cat >"$RUN/web.conf" <<CONF
daemon off;
pid $web/.pid;
events {}
http {
  access_log off;
  client_body_temp_path $web/.body;
  proxy_temp_path $web/.proxy;
  fastcgi_temp_path $web/.fastcgi;
  uwsgi_temp_path $web/.uwsgi;
  scgi_temp_path $web/.scgi;
  client_max_body_size 1g;
  server {
    listen 127.0.0.1:$web_port;
    root $web;
    dav_methods PUT;
    create_full_put_path on;
    ${1:-}
  }
}
CONF
  # Read by the shell's user, because nobody cannot enter $RUN.
  "${as[@]}" nginx -e stderr -p "$web" -c /dev/stdin <"$RUN/web.conf" >"$RUN/web.log" 2>&1 &
  web_pid=$!
  wait_until serving "$web_port" || { cat "$RUN/web.log" >&2; fail "the web server does not start"; }
}

# start_callee SCENARIO, with $TALLY_SIPP_OPTIONS
start_callee() {
  (cd "$RUN" && exec sipp 127.0.0.1 -sf "$here/sipp/$1" -i 127.0.0.1 -p "$callee_port" -mi 127.0.0.1 -mp "$callee_rtp" \
    -bind_local -ci 127.0.0.1 -cp "$callee_control" -nostdin -trace_err -error_file "$RUN/callee.err" ${TALLY_SIPP_OPTIONS:-} \
    >"$RUN/callee.out" 2>&1) &
  callee_pid=$!
  wait_until listening "$callee_port" || fail "no callee answers"
}

# The path of a scenario: of the example's by its name.
scenario() { case $1 in /*) echo "$1" ;; *) echo "$here/sipp/$1" ;; esac; }

# call SCENARIO CALLS.csv COUNT RATE: makes the calls, the nth of the bth batch with the
# Call-ID call-b-n. What they log stands in $RUN/calls.log, a line a call.
batch=0
call() {
  batch=$((batch + 1))
  : >"$RUN/calls.log"
  (cd "$RUN" && timeout 120 sipp "127.0.0.1:$sip_port" -sf "$(scenario "$1")" -inf "$2" -m "$3" -r "$4" -i 127.0.0.1 \
    -p "$caller_port" -mi 127.0.0.1 -mp "$caller_rtp" -bind_local -ci 127.0.0.1 -cp "$caller_control" \
    -cid_str "call-$batch-%u" -nostdin -trace_err -error_file "$RUN/calls.err" -trace_logs -log_file "$RUN/calls.log" \
    >"$RUN/calls.out" 2>&1)
}

stop() {
  local pid
  for pid in "$@"; do
    [ -n "$pid" ] || continue
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
}
stop_switch() {
  stop "${callee_pid:-}" "${kamailio_pid:-}" "${rtpengine_pid:-}" "${deliver_pid:-}" "${web_pid:-}"
  callee_pid='' kamailio_pid='' rtpengine_pid='' deliver_pid='' web_pid=''
  [ -z "$web" ] || rm -rf "$web"
  web=
}
