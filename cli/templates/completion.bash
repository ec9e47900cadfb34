# Completion of `tally` for bash: source <(tally completion bash)
_tally() {
  # The words of the line, split at blanks only: readline also splits at `=` and `:`.
  local line=${COMP_LINE:0:COMP_POINT} word files candidate
  local words=() replies=()
  local i
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if ((i > 1)) && [[ $word == [=:]* || ${COMP_WORDS[i - 1]} == [=:] ]] && [[ $line == *"${words[-1]-}$word"* ]]; then
      words[-1]+=$word
    else
      words+=("$word")
    fi
  done
  # A quote that is open or closed is of the shell.
  word=${words[-1]-}
  local bare=${word//[\"\']/}
  bare=${bare//\\/}
  words[-1]=$bare
  {
    IFS= read -r files
    while IFS= read -r candidate; do replies+=("${candidate%%$'\t'*}"); done
  } < <("${COMP_WORDS[0]}" complete -- "${words[@]}" 2>/dev/null)

  COMPREPLY=()
  # Readline replaces what stands behind the last `=` or `:` only.
  local kept=${bare%"${COMP_WORDS[COMP_CWORD]//[\"\'\\]/}"}
  [[ ${COMP_WORDS[COMP_CWORD]} == [=:] ]] && kept+=${COMP_WORDS[COMP_CWORD]}
  for candidate in "${replies[@]}"; do
    candidate=${candidate#"$kept"}
    if [[ ${COMP_WORDS[COMP_CWORD]} != [\"\']* && $candidate == *[!a-zA-Z0-9_.,=:/-]* ]]; then
      printf -v candidate %q "$candidate"
    fi
    COMPREPLY+=("$candidate")
  done
  local path=${bare#"$kept"}
  case $files in
    rules)
      compopt -o filenames 2>/dev/null
      while IFS= read -r candidate; do
        [[ -d $candidate || $candidate == *.tally ]] && COMPREPLY+=("$candidate")
      done < <(compgen -f -- "$path")
      ;;
    any)
      compopt -o filenames 2>/dev/null
      while IFS= read -r candidate; do COMPREPLY+=("$candidate"); done < <(compgen -f -- "$path")
      ;;
  esac
  # A list or an option with `=` goes on.
  if ((${#COMPREPLY[@]} == 1)) && [[ ${COMPREPLY[0]} == *= ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -F _tally tally
