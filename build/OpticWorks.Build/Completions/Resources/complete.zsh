#compdef build.sh
# Completion of build.sh for zsh. It reads .nuke/build.schema.json beside the build.sh that is typed.
typeset -g _opticworks_candidates='@CANDIDATES@'

_opticworks_build() {
    local root=. line
    local -a found
    [[ $words[1] == */* ]] && root=${words[1]%/*}
    root=${root/#\~/$HOME}
    while IFS= read -r line; do
        line=${line//:/\\:}
        found+=("${line/$'\t'/:}")
    done < <(sh -c "$_opticworks_candidates" candidates "$root" "$words[CURRENT]" "${(@)words[2,CURRENT-1]}")
    if (( $#found )); then
        _describe 'build.sh' found
    else
        _files
    fi
}

# Read by fpath it is called at once; sourced it registers itself.
if [[ $funcstack[1] == _build.sh ]]; then
    _opticworks_build "$@"
else
    compdef _opticworks_build build.sh
fi
