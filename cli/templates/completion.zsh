#compdef tally
# Completion of `tally` for zsh: source <(tally completion zsh), or a file `_tally` in a folder of $fpath.
_tally() {
  local -a lines described
  local files line
  lines=("${(@f)$(${words[1]} complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  files=${lines[1]}
  shift lines
  for line in $lines; do
    if [[ $line == *$'\t'* ]]; then
      described+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    elif [[ -n $line ]]; then
      described+=("${line//:/\\:}")
    fi
  done
  (( ${#described} )) && _describe -V 'tally' described
  case $files in
    rules) _files -g '*.tally' ;;
    any) _files ;;
  esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _tally "$@"
else
  compdef _tally tally
fi
