#!/usr/bin/env bash
# The list of edits fits the sources. A list that does not is refused, and the message names the
# faulty line.
set -euo pipefail
cd "$(dirname "$0")/../.."

scripts/bite --check

list=$(mktemp)
trap 'rm -f "$list"' EXIT
# refused STATUS MESSAGE LINE...
refused() {
  local status=0 wanted=$1 message=$2 said
  shift 2
  printf '%s\n' "$@" >"$list"
  said=$(scripts/bite --check "$list" 2>&1) || status=$?
  [ "$status" -eq "$wanted" ] && [ "$said" = "$list:$message" ] && return
  echo "expected status $wanted and \`$message\`, found status $status and: $said" >&2
  exit 1
}
start=('stage s: some_test' 'in compiler/graph/count.cpp')
refused 1 '3: `no such text` is not in compiler/graph/count.cpp' "${start[@]}" '- no such text' '+ x'
refused 1 "3: \`Count\` stands $(grep -o Count compiler/graph/count.cpp | wc -l) times in compiler/graph/count.cpp" "${start[@]}" '- Count' '+ x'
refused 1 '3: the edit changes nothing' "${start[@]}" '- #include "compiler/graph/count.h"' '+ #include "compiler/graph/count.h"'
refused 1 '3: no file `compiler/gone.cpp`' "${start[0]}" 'in compiler/gone.cpp' '- a' '+ b'
refused 2 '2: no `-` stands before' "${start[0]}" '+ b'
refused 2 '1: an edit stands behind `stage` and `in`' '- a' '+ b'
refused 2 '4: the edit before has no `+`' "${start[@]}" '- a' '- b'
refused 2 '3: the last edit has no `+`' "${start[@]}" '- a'
refused 2 '1: neither `stage`, `in`, `-`, `+` nor a comment' 'a'
refused 2 '1: no edits' '# nothing'
