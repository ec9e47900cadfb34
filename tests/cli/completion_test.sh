#!/usr/bin/env bash
# completion_test.sh TALLY: the words that bash, zsh and fish offer for a line, by the scripts of `tally completion`;
# and that each option of each command is offered. A shell that is not installed is left out.
source "$(dirname "$0")/setup.sh"

cat >recording.tally <<'RULES'
type network = onnet | offnet
input source : network
input account : { enabled : flag? }?[network]
decision recording : flag = source is offnet and account[offnet].enabled is on
decision reporting : flag = source is onnet
RULES
mkdir sub
touch notes.txt
PATH=$(dirname "$(realpath "$tally")"):$PATH
export PATH

# --- the lines, and what is offered ---------------------------------------------------------
lines() {
  cat <<'LINES'
tally ch|check
tally tab|table
tally table recording.tally --decision re|recording reporting
tally decide recording.tally --because --jso|--jsonl
tally table recording.tally --format j|json
tally table recording.tally --by so|source
tally completion z|zsh
tally help T30|T301 T302 T303 T304 T305 T306 T307 T308 T309
tally check re|recording.tally
tally decide recording.tally --input no|notes.txt
LINES
}

# hold SHELL FILE: the file has what the shell offered, "LINE|WORD WORD" a line.
hold() {
  local shell=$1 offered=$2 line
  while IFS= read -r line; do
    grep -qxF -- "$line" "$offered" || fail "$shell does not offer: $line; but: $(grep -F -- "${line%%|*}|" "$offered" || echo nothing)"
  done < <(lines)
}

# --- bash -------------------------------------------------------------------------------------
cat >offer.bash <<'BASH'
source <(tally completion bash)
while IFS='|' read -r line _; do
  COMP_LINE=$line COMP_POINT=${#line}
  read -ra COMP_WORDS <<<"$line"
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  _tally
  printf '%s|%s\n' "$line" "$(printf '%s\n' "${COMPREPLY[@]}" | sort | paste -sd ' ')"
done
BASH
lines | bash offer.bash >offered.bash
hold bash offered.bash
# Readline has split the word at `=`.
split=$(bash -c 'source <(tally completion bash); COMP_LINE="tally table --format=j" COMP_POINT=22 COMP_WORDS=(tally table --format = j) COMP_CWORD=4; _tally; echo "${COMPREPLY[@]}"')
[ "$split" = json ] || fail "bash offers \`$split\` behind --format=j"
# What a shell would expand is quoted.
quoted=$(bash -c 'source <(tally completion bash); COMP_LINE="tally matrix recording.tally --settings acc" COMP_POINT=43 COMP_WORDS=(tally matrix recording.tally --settings acc) COMP_CWORD=4; _tally; printf "%s\n" "${COMPREPLY[@]}"' | tr '\n' ' ')
[ "$quoted" = 'account account\[\*\] account\[\*\].enabled ' ] || fail "bash offers $quoted"

# --- fish -------------------------------------------------------------------------------------
if command -v fish >/dev/null; then
  export HOME=$PWD
  lines | cut -d'|' -f1 >only.lines
  fish -c 'tally completion fish | source
    while read -l line
      echo "$line|"(complete -C "$line" | string replace -r "\t.*" "" | sort | string join " ")
    end <only.lines' >offered.fish 2>fish.errors
  [ ! -s fish.errors ] || fail "fish: $(head -1 fish.errors)"
  hold fish offered.fish
fi

# --- zsh --------------------------------------------------------------------------------------
# A shell on a terminal of its own, with the list of what is offered written to a file.
if command -v zsh >/dev/null; then
  cat >offer.zsh <<'ZSH'
zmodload zsh/zpty
zpty shell zsh -f
{
  zpty -w shell "PROMPT=; RPROMPT=; unsetopt zle_bracketed_paste; autoload -Uz compinit && compinit -u -D; source <(tally completion zsh)"
  # The words that `compadd` would add, without quoting.
  zpty -w shell 'compadd() { local -a hits; builtin compadd -O hits "$@"; for w in $hits; do print -r -- "$w" >>offered.words; done; builtin compadd "$@" }'
  zpty -w shell 'complete-line() { : >offered.words; zle complete-word; BUFFER=; print done >>offered.words }; zle -C complete-word complete-word _main_complete; zle -N complete-line; bindkey "^X" complete-line'
  zpty -w shell ': >ready'
  for i in {1..600}; do [[ -f ready ]] && break; sleep 0.05; done
  while IFS="|" read -r line rest; do
    rm -f offered.words
    zpty -w -n shell "$line"$'\x18'
    for i in {1..400}; do [[ -f offered.words ]] && grep -q "^done$" offered.words && break; sleep 0.05; done
    print -r -- "$line|$(grep -v '^done$' offered.words | sort -u | paste -sd ' ')"
  done
} always { zpty -d shell }
ZSH
  lines | zsh -f offer.zsh >offered.zsh 2>zsh.errors || fail "zsh: $(head -1 zsh.errors)"
  hold zsh offered.zsh
fi

# --- every option -----------------------------------------------------------------------------
for command in $("$tally" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
  "$tally" complete -- "$command" - >offered.options
  for option in $("$tally" "$command" --help | grep -oE '^ +(-[a-z],)?--[a-z-]+' | grep -oE -- '--[a-z-]+'); do
    grep -q -- "^$option	" offered.options || fail "$option of tally $command is not offered"
  done
done

# A rule file with an error has no names, and nothing is printed about it.
echo 'decision d : flag = unknown' >bad.tally
[ "$("$tally" complete -- table bad.tally --decision '' 2>&1)" = none ] || fail "a bad file is not silent"
exit $failed
