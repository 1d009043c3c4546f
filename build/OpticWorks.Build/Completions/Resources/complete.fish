# Completion of build.sh for fish. It reads .nuke/build.schema.json beside the build.sh that is typed.
set -g _opticworks_candidates '@CANDIDATES@'

function _opticworks_build
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l root .
    if string match -q '*/*' -- $words[1]
        set root (string replace -r '/[^/]*$' '' -- $words[1] | string replace -r '^~' $HOME)
    end
    set -l found (sh -c $_opticworks_candidates candidates "$root" "$current" $words[2..-1])
    if test (count $found) -gt 0
        printf '%s\n' $found
    else
        __fish_complete_path $current
    end
end

complete -c build.sh -f -a '(_opticworks_build)'
