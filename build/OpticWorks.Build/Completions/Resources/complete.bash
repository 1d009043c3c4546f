# Completion of build.sh for bash. It reads .nuke/build.schema.json beside the build.sh that is typed.
_opticworks_candidates='@CANDIDATES@'

_opticworks_build() {
    local root=. word
    case ${COMP_WORDS[0]} in */*) root=${COMP_WORDS[0]%/*} ;; esac
    case $root in "~"*) root=$HOME${root#"~"} ;; esac
    COMPREPLY=()
    while IFS=$'\t' read -r word _; do
        COMPREPLY+=("$word")
    done < <(sh -c "$_opticworks_candidates" candidates "$root" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[@]:1:COMP_CWORD-1}")
}

# Without a candidate (a path, a free text) bash offers files.
complete -o default -F _opticworks_build build.sh
