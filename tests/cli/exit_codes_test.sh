#!/usr/bin/env bash
# exit_codes_test.sh TALLY: every command ends with the exit code that docs/commands.md
# gives for what happened.
#
# A line of `cases` is a command, why it ends, its exit code, and its arguments. The test
# also fails if a command of `tally --help` lacks one of the reasons that all commands have.
source "$(dirname "$0")/setup.sh"

# --- the files ---------------------------------------------------------------------

cat >good.tally <<'RULES'
type network = onnet | offnet
input source : network
input user : flag?
decision recording : flag {
  on when source is offnet and user is on
  off otherwise
}
prove "on" recording is on when source is offnet and user is on
prove "off" recording is off when not (source is offnet and user is on)
RULES
cat >other.tally <<'RULES'
type network = onnet | offnet
input source : network
input user : flag?
decision recording : flag = source is offnet
RULES
sed 's/= source is offnet/& and user is on/' other.tally >loose.tally
echo 'decision recording : flag = unknown' >bad.tally
printf 'input a : flag\ndecision d : flag {\n  on when a is on\n}\n' >gap.tally
# Many combinations: 30 flags of which an odd number is on.
{
  for i in $(seq 0 29); do echo "input f$i : flag"; done
  echo 'let odd0 : flag = f0'
  for i in $(seq 1 29); do echo "let odd$i : flag = not (odd$((i - 1)) is f$i)"; done
  echo 'decision odd : flag = odd29'
} >odd.tally
# Many outcomes, and a text whose length has too many states.
{
  printf 'type many = v0'
  printf ' | v%s' $(seq 1 49)
  echo
  for name in a b c; do echo "input $name : many"; echo "decision is_$name : many = $name"; done
  echo 'input n : number'
  printf 'decision known : flag = n is 1000'
  echo
  echo 'input t : text'
  echo 'decision named : flag = t is "x"'
} >many.tally
long='t has length 70000'
echo 'input source' >faulty.tally
printf 'source = src\n' >good.map
echo 'sorce = src' >wrong.map
echo '{"source": "offnet", "user": true}' >request.json
echo '{"source": "nowhere"}' >wrong.json
printf '{"source": "offnet"}\n{"source": "nowhere"}\n' >wrong.jsonl
echo '{"id": "desk", "user": true}' >fine.jsonl
echo '{"request": {"source": "offnet", "user": true}, "expect": {"recording": true}}' >expected.jsonl
echo '{"request": {"source": "onnet"}, "expect": {"recording": true}}' >unexpected.jsonl
echo '{"request": {"source": "nowhere"}, "expect": {"recording": true}}' >refused.jsonl
printf 'input a : { b : flag?, ... } at /a/stored\ndecision d : flag = a.b is on\n' >stored.tally
echo '{"stored": {"b": false}}' >document.json
printf 'source = src\nuser = usr\n' >columns.map
printf 'source = src\nusr = usr\n' >wrong.map
printf 'src,usr\noffnet,t\n' >rows.csv
printf 'src,usr\nofnet,t\n' >wrong.csv
mkdir folder log
mkdir twin
cp good.tally twin
# A log of two decisions, and one with a damaged record.
printf '{"source": "offnet", "user": true}\n{"source": "onnet"}\n' | "$tally" decide good.tally --jsonl --log log >out 2>&1
cp log/*.tlog whole.tlog
sed 's/= source is offnet/= source is onnet/' other.tally >never.tally
size=$(stat -c %s whole.tlog)
{ head -c $((size - 100)) whole.tlog; printf '!'; tail -c 99 whole.tlog; } >damaged.tlog
{ cat whole.tlog; head -c 1000 good.tally; } >longer.tlog
# Folders with a file that was only begun, and with one that is not a log.
mkdir begun mixed
cp whole.tlog begun/a.tlog
head -c 50 whole.tlog >begun/b.tlog
: >begun/c.tlog
cp whole.tlog mixed/a.tlog
echo hi >mixed/z.tlog

# Keys, a signature, and plans: one that may be approved, one that may not, and one whose file has changed since.
"$tally" keygen release >out 2>&1
"$tally" keygen second >out 2>&1
"$tally" sign loose.tally --key release.key >out 2>&1
"$tally" plan other.tally good.tally --format json >allowed.json 2>out || [ $? -eq 3 ]
"$tally" plan other.tally good.tally --at-most 1 --format json >beyond.json 2>out || [ $? -eq 1 ]
cp good.tally changed.tally
"$tally" plan other.tally changed.tally --format json >stale.json 2>out || [ $? -eq 3 ]
echo '# another text' >>changed.tally

# --- the runs ----------------------------------------------------------------------

cases() {
  cat <<'CASES'
check    fine      0 good.tally
check    usage     2 good.tally --format xml
check    file      2 missing.tally
check    rules     1 bad.tally
check    rules     1 gap.tally
check    file      2 gap.tally missing.tally
table    fine      0 good.tally
table    usage     2 good.tally --decision none
table    usage     2 good.tally --where 'unknown is on'
table    file      2 missing.tally
table    rules     1 bad.tally
table    bound     1 odd.tally
table    bound     1 odd.tally --full
table    bound     1 odd.tally --format json
table    bound     1 many.tally --decision named --where "$long"
sweep    fine      0 good.tally
sweep    usage     2 good.tally --jobs 0
sweep    file      2 missing.tally
sweep    rules     1 bad.tally
sweep    bound     1 many.tally --decision is_a --decision is_b --decision is_c --joint
matrix   fine      0 good.tally --settings user
matrix   usage     2 good.tally
matrix   usage     2 good.tally --settings user --by user
matrix   file      2 missing.tally --settings user
matrix   file      2 good.tally --settings user --against missing.md
matrix   rules     1 bad.tally --settings user
matrix   bound     1 many.tally --settings n --decision known --by a,b,c
decide   fine      0 good.tally --input request.json
decide   usage     2 good.tally --input request.json --coverage
decide   file      2 missing.tally --input request.json
decide   file      2 good.tally --input missing.json
decide   file      2 good.tally --input request.json --jsonl --coverage-json folder
decide   rules     1 bad.tally --input request.json
decide   rules     1 gap.tally --input request.json
decide   document  1 good.tally --input wrong.json
decide   document  1 good.tally --input wrong.jsonl --jsonl
decide   bound     1 many.tally --input request.json --jsonl --coverage --by a,b,c
decide   fine      0 good.tally --columns columns.map --input rows.csv
decide   document  1 good.tally --columns columns.map --input wrong.csv
decide   document  1 good.tally --columns wrong.map --input rows.csv
decide   document  1 good.tally --columns columns.map --rows tsv --input rows.csv
decide   rules     1 bad.tally --columns columns.map --input rows.csv
decide   usage     2 good.tally --columns columns.map --jsonl
decide   usage     2 good.tally --rows csv
decide   usage     2 good.tally --columns columns.map --rows xml
decide   file      2 good.tally --columns missing.map --input rows.csv
decide   file      2 good.tally --columns columns.map --input missing.csv
explain  fine      0 good.tally --input request.json
explain  usage     2 good.tally --input request.json --decision none
explain  file      2 missing.tally --input request.json
explain  file      2 good.tally --input missing.json
explain  rules     1 bad.tally --input request.json
explain  document  1 good.tally --input wrong.json
test     fine      0 good.tally --requests expected.jsonl --every-edit
test     usage     2 good.tally
test     usage     2 good.tally --requests - --update
test     file      2 missing.tally --requests expected.jsonl
test     file      2 good.tally --requests missing.jsonl
test     rules     1 bad.tally --requests expected.jsonl
test     rules     1 gap.tally --requests expected.jsonl
test     document  1 good.tally --requests refused.jsonl
test     finding   1 good.tally --requests unexpected.jsonl --every-rule
test     unfired   3 good.tally --requests expected.jsonl --every-rule
test     unnoticed 4 loose.tally --requests expected.jsonl --every-edit
completion fine    0 bash
completion usage   2 tcsh
new      fine      0 new.tally
new      fine      0 -
new      usage     2
new      file      2 good.tally
audit    fine      0 good.tally --documents fine.jsonl --want 'recording is on'
audit    usage     2 good.tally --documents fine.jsonl
audit    usage     2 good.tally --documents fine.jsonl --want 'unknown is on'
audit    file      2 missing.tally --documents fine.jsonl --want 'recording is on'
audit    file      2 good.tally --documents missing.jsonl --want 'recording is on'
audit    rules     1 bad.tally --documents fine.jsonl --want 'recording is on'
audit    rules     1 gap.tally --documents fine.jsonl --want 'd is on'
audit    document  1 good.tally --documents wrong.jsonl --want 'recording is on'
audit    bound     1 many.tally --documents fine.jsonl --want "named when $long"
mutate   fine      0 good.tally
mutate   finding   1 other.tally
mutate   usage     2 good.tally --decision none
mutate   file      2 missing.tally
mutate   rules     1 bad.tally
mutate   rules     1 gap.tally
vectors  fine      0 good.tally
vectors  usage     2 good.tally --decision none
vectors  usage     2 good.tally --format xml
vectors  file      2 missing.tally
vectors  rules     1 bad.tally
vectors  rules     1 gap.tally
build    fine      0 good.tally -o good.h
build    usage     2 good.tally -o good.exe
build    usage     2 good.tally -o good.o --target nowhere
build    file      2 missing.tally -o good.h
build    file      2 good.tally -o folder/missing/good.h
build    rules     1 bad.tally -o good.h
build    fine      0 good.tally -o good.sql --dialect sqlite --map good.map
build    usage     2 good.tally -o good.sql --map good.map
build    usage     2 good.tally -o good.sql --dialect sqlite
build    usage     2 good.tally -o good.h --dialect sqlite --map good.map
build    usage     2 good.tally -o good.sql --dialect sqlite --map good.map --cluster two
build    file      2 good.tally -o good.sql --dialect sqlite --map missing.map
build    file      2 good.tally -o good.sql --dialect sqlite --map good.map --schema missing.sql
build    rules     1 bad.tally -o good.sql --dialect sqlite --map good.map
build    document  1 good.tally -o good.sql --dialect sqlite --map wrong.map
build    document  1 good.tally -o good.sql --dialect sqlite --map good.map --schema good.map
solve    fine      0 good.tally --over user --want 'recording is on when source is offnet'
solve    finding   1 good.tally --over user --want 'recording is on'
solve    usage     2 good.tally --over user
solve    usage     2 good.tally --over user --want 'recording is on' --limit none
solve    usage     2 good.tally --document user=document.json --want 'recording is on'
solve    fine      0 stored.tally --document document.json --want 'd is on'
solve    finding   1 stored.tally --document document.json --want 'd is on and d is off'
solve    file      2 stored.tally --document missing.json --want 'd is on'
solve    document  1 stored.tally --document wrong.json --want 'd is on'
solve    rules     1 gap.tally --document document.json --want 'd is on'
solve    file      2 missing.tally --over user --want 'recording is on'
solve    rules     1 bad.tally --over user --want 'recording is on'
solve    rules     1 gap.tally --over a --want 'd is on'
solve    bound     1 many.tally --over t --want 'named is on' --want "$long"
diff     fine      0 good.tally good.tally
diff     finding   1 good.tally other.tally --common
diff     fine      0 good.tally good.tally --sql --dialect duckdb --map good.map
diff     finding   1 good.tally other.tally --common --sql --dialect duckdb --map good.map
diff     usage     2 good.tally good.tally --sql --map good.map
diff     usage     2 good.tally good.tally --map good.map
diff     usage     2 good.tally good.tally --sql --dialect duckdb --map good.map --calls one.jsonl
diff     document  1 good.tally good.tally --sql --dialect duckdb --map wrong.map
diff     usage     2 good.tally
diff     usage     2 good.tally other.tally --decision none
diff     file      2 good.tally missing.tally
diff     file      2 good.tally other.tally --calls missing.jsonl
diff     fine      0 good.tally good.tally --calls log
diff     rules     1 bad.tally good.tally
diff     rules     1 good.tally bad.tally
diff     bound     1 many.tally many.tally --decision named --where "$long"
plan     fine      0 good.tally good.tally
plan     changes   3 other.tally good.tally
plan     finding   1 other.tally good.tally --allow 'source is onnet'
plan     usage     2 good.tally
plan     usage     2 good.tally other.tally --allow-decision none
plan     file      2 good.tally missing.tally
plan     file      2 good.tally other.tally --calls missing.jsonl
plan     fine      0 good.tally good.tally --calls log
plan     changes   3 other.tally good.tally --calls whole.tlog --at-most 2
plan     finding   1 good.tally good.tally --calls damaged.tlog
plan     usage     2 good.tally good.tally --calls log --strict
plan     file      2 good.tally good.tally --calls missing.tlog
plan     file      2 good.tally good.tally --calls folder
plan     rules     1 bad.tally good.tally
plan     rules     1 good.tally bad.tally
approve  fine      0 allowed.json --key release.key
approve  finding   1 beyond.json --key release.key
approve  document  1 request.json --key release.key
approve  document  1 allowed.json --key release.pub
approve  document  1 stale.json --key release.key
approve  document  1 wrong.json --key release.key
approve  usage     2 allowed.json
approve  usage     2 allowed.json --key release.key --serial 0
approve  file      2 missing.json --key release.key
keygen   fine      0 fresh
keygen   usage     2
keygen   file      2 release
sign     fine      0 good.tally --key release.key
sign     rules     1 bad.tally --key release.key
sign     document  1 good.tally --key release.pub
sign     usage     2 good.tally
sign     file      2 good.tally --key missing.key
sign     file      2 missing.tally --key release.key
verify   fine      0 loose.tally --key release.pub
verify   document  1 other.tally --signature loose.tally.sig --key release.pub
verify   document  1 loose.tally --key second.pub
verify   rules     1 bad.tally --signature loose.tally.sig --key release.pub
verify   usage     2 loose.tally
verify   usage     2 loose.tally --key release.pub --key release.pub --key release.pub
verify   file      2 never.tally --key release.pub
log      fine      0 cat log
log      fine      0 count whole.tlog --format json
log      fine      0 replay good.tally log
log      changes   3 replay never.tally log
log      finding   1 count damaged.tlog
log      usage     2 show log
log      usage     2 count log --format jsonl
log      usage     2 cat log --since yesterday
log      usage     2 replay good.tally
log      file      2 cat missing.tlog
log      file      2 count folder
log      file      2 cat good.tally
log      fine      0 count begun
log      finding   1 count mixed
log      file      2 count whole.tlog good.tally
log      finding   1 count longer.tlog
log      usage     2 cat log --since 2026-02-30
log      usage     2 replay log good.tally
log      rules     1 replay bad.tally log
decide   fine      0 good.tally --jsonl --log log
decide   usage     2 good.tally --log log
decide   usage     2 good.tally --jsonl --log log --log-keep source
decide   file      2 good.tally --jsonl --log missing
serve    usage     2 good.tally --listen 0.0.0.0:0
serve    usage     2 good.tally --threads 0
serve    usage     2 good.tally twin/good.tally
serve    usage     2 good.tally --log log --log-keep source
serve    file      2 missing.tally
serve    file      2 good.tally --listen unix:folder
serve    file      2 good.tally --templates folder
serve    file      2 good.tally --log missing
serve    rules     1 bad.tally
serve    rules     1 gap.tally
fmt      fine      0 --diff good.tally
fmt      fine      0 --check bad.tally
fmt      finding   1 --check good.tally
fmt      usage     2 --check
fmt      usage     2 good.tally --format json
fmt      file      2 missing.tally
fmt      file      2 folder
fmt      rules     1 faulty.tally
fmt      file      2 --check faulty.tally missing.tally
dump     fine      0 good.tally --stage diagram
dump     usage     2 good.tally --stage none
dump     file      2 missing.tally --stage model
dump     rules     1 bad.tally --stage model
lsp      finding   1
lsp      usage     2 --unknown
help     fine      0 T305
help     usage     2 T329
CASES
}
# What every command can end with. `tally help` and `tally completion` read no file, and `tally new` no rules.
common=(fine usage file rules)
common_of_help=(fine usage)
common_of_new=(fine usage file)
# `tally lsp` is asked by messages. Here the stream ends without one, which is not in order.
common_of_lsp=(finding usage)
common_of_keygen=(fine usage file)  # it reads no rules
common_of_approve=(fine usage file document)
# `tally serve` goes on until a signal ends it; tests/serve/sockets_test.sh holds that code.
common_of_serve=(usage file rules)

declare -A seen
while read -r command why code arguments; do
  seen[$command $why]=1
  eval "set -- $arguments"
  got=0
  "$tally" "$command" "$@" >out 2>err </dev/null || got=$?
  [ "$got" = "$code" ] || { fail "tally $command $arguments ($why): exit $got, not $code"; head -3 err >&2; }
  # A failure is explained; a diff lists in its result what it could not compare. A plan of changes is not a failure.
  [ "$why" = fine ] || [ "$why" = finding ] || [ "$command" = diff ] || [ "$why" = changes ] || [ -s err ] || fail "tally $command $arguments ($why): nothing on standard error"
done < <(cases)

commands=$("$tally" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
[ -n "$commands" ] || fail "tally --help lists no commands"
for command in $commands; do
  reasons=("${common[@]}")
  case $command in help | completion) reasons=("${common_of_help[@]}") ;; esac
  [ "$command" != new ] || reasons=("${common_of_new[@]}")
  [ "$command" != lsp ] || reasons=("${common_of_lsp[@]}")
  [ "$command" != keygen ] || reasons=("${common_of_keygen[@]}")
  [ "$command" != approve ] || reasons=("${common_of_approve[@]}")
  [ "$command" != serve ] || reasons=("${common_of_serve[@]}")
  for why in "${reasons[@]}"; do
    [ -n "${seen[$command $why]:-}" ] || fail "no case of \`tally $command\` for $why"
  done
done
for words in "" "--unknown" "chek"; do
  got=0
  "$tally" $words >out 2>err || got=$?
  [ "$got" = 2 ] || fail "tally $words: exit $got, not 2"
done
exit $failed
