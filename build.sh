#!/usr/bin/env bash
# Starts the build program. Compiles it only when its sources changed: a signature of names, sizes and times decides in
# milliseconds; when that differs, one of the contents decides. Each compiled program has its own folder under .nuke/temp/build,
# so that a rebuild never touches one that is running.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
store=$root/.nuke/temp/build
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_TieredPGO=0 NUKE_TELEMETRY_OPTOUT=1
export NUKE_ROOT=${NUKE_ROOT:-$root}

sources() { # find's own expression follows: -printf, -print0, …
    find "$root/build" "$root/global.json" "$root"/Directory.*.props \
        \( -name bin -o -name obj \) -prune -o -type f \
        \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.targets' -o -name '*.json' -o -name '*.sh' \
        -o -name '*.cjs' -o -name '*.yaml' -o -path '*/Resources/*' \) "$@"
}
signature() {
    if sources -printf '%p %s %T@\n' 2>/dev/null; then return; fi
    sources -exec stat -f '%N %z %m' {} + # BSD find has no -printf
}
digest() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi; }
fail() { printf '%s\n' "build.sh: $1" >&2; exit 2; }

quick=$(signature; echo "${NukeVersion:-}")
if [ -f "$store/current" ]; then
    { IFS= read -r dotnet && IFS= read -r program && IFS= read -r -d '' known; } <"$store/current" || true
    if [ "$quick" = "${known%$'\n'}" ] && [ -x "$dotnet" ] && [ -f "$program" ]; then
        exec "$dotnet" "$program" "$@"
    fi
fi

# From here on something changed: find an SDK that global.json accepts, or install the one it names.
cd "$root"
dotnet=$(command -v dotnet || true)
if [ -z "$dotnet" ] || ! "$dotnet" --version >/dev/null 2>&1; then
    dotnet=$root/.nuke/temp/dotnet/dotnet
    if [ ! -x "$dotnet" ] || ! "$dotnet" --version >/dev/null 2>&1; then
        version=$(sed -n 's/.*"version" *: *"\([^"]*\)".*/\1/p' global.json | head -n 1)
        echo "No .NET SDK here satisfies global.json; installing $version into .nuke/temp/dotnet" >&2
        mkdir -p "$root/.nuke/temp"
        installer=$(mktemp "$root/.nuke/temp/dotnet-install.XXXXXX")
        trap 'rm -f "$installer"' EXIT
        curl -fsSL --retry 3 --max-time 60 -o "$installer" https://dot.net/v1/dotnet-install.sh ||
            fail "the .NET SDK $version is missing and its installer cannot be downloaded. Install that SDK, then run this again."
        bash "$installer" --version "$version" --install-dir "$root/.nuke/temp/dotnet" --no-path >&2 ||
            fail "the .NET SDK $version could not be installed into .nuke/temp/dotnet (see above)."
        rm -f "$installer"
        trap - EXIT
    fi
fi

mkdir -p "$store"
if command -v flock >/dev/null; then # one compilation at a time; its intermediate files make the next one incremental
    exec 9>"$store/lock"
    flock -n 9 || { echo "Another build.sh is compiling; waiting for it" >&2; flock -w 600 9 || fail "another build.sh has been compiling for 10 min"; }
    work=$store/work
else
    work=$store/work.$$
fi

quick=$(signature; echo "${NukeVersion:-}")
key=$({ sources -print0 | sort -z | xargs -0 cat; sources | sort; echo "${NukeVersion:-} $("$dotnet" --version)"; } | digest | cut -c1-16)
program=$store/$key/OpticWorks.Build.dll
if [ ! -f "$program" ]; then
    echo "Compiling the build program (its sources changed)" >&2
    rm -rf "$work/out"
    log=$store/compile.$$.log
    compile() { # Analyzers take half of the time, and SelfTest runs them.
        "$dotnet" "$@" build/OpticWorks.Build -c Release --artifacts-path "$work" -o "$work/out" -v quiet -nologo \
            -nodeReuse:false -p:UseSharedCompilation=false -p:RunAnalyzers=false ${NukeVersion:+-p:NukeVersion="$NukeVersion"} >"$log" 2>&1
    }
    # Compiled ahead, a run needs up to a quarter less time; where no package feed has the compiler for that, each run compiles as it goes.
    if ! compile publish --use-current-runtime --no-self-contained -p:PublishReadyToRun=true && ! { grep -qiE "crossgen|PublishReadyToRun" "$log" && compile build; }; then
        cat "$log" >&2
        rm -f "$log"
        fail "the build program does not compile (see above). Nothing was run."
    fi
    rm -f "$log"
    rm -rf "${store:?}/$key"
    mv "$work/out" "$store/$key"
    [ "$work" = "$store/work" ] || rm -rf "$work"
    # Keep the programs of the last few checkouts; an older one may still be running only if it is younger than two days.
    find "$store" -mindepth 1 -maxdepth 1 -type d ! -name 'work*' ! -name "$key" -mtime +2 -exec rm -rf {} + 2>/dev/null || true
fi
printf '%s\n%s\n%s\n' "$dotnet" "$program" "$quick" >"$store/current.$$"
mv -f "$store/current.$$" "$store/current"
exec 9>&- || true
cd "$OLDPWD"
exec "$dotnet" "$program" "$@"
