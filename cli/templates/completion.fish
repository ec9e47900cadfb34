# Completion of `tally` for fish: tally completion fish | source
function __tally_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    set -l command $words[1]
    set -e words[1]
    set -l lines ($command complete -- $words $word 2>/dev/null)
    test (count $lines) -gt 0; or return
    if test (count $lines) -gt 1
        printf '%s\n' $lines[2..-1]
    end
    switch $lines[1]
        case rules
            __fish_complete_suffix .tally
        case any
            __fish_complete_path $word
    end
end
complete -c tally -f -a '(__tally_complete)'
