using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Provisioning;

/// <summary>
/// One command that asks a host everything about its resources. It needs bash, coreutils and what the asked things bring
/// with them (dpkg, systemd, PostgreSQL's psql), reads only, and answers in lines that <see cref="HostState.Parse"/> reads.
/// </summary>
internal static class HostProbe
{
    public static ShellCommand Command(IEnumerable<Resource> resources) =>
        ShellCommand.Script(Script, [.. resources.SelectMany(resource => resource.Questions).Distinct()]);

    /// <summary>$1… are questions, "kind:name". What does not exist has no line in the answer.</summary>
    internal const string Script =
        """
        export LC_ALL=C
        cd /
        paths=() contents=() digests=() users=() keys=() packages=() units=() clusters=() port='' role='' database=''
        for question; do
            name=${question#*:}
            case ${question%%:*} in
                path) paths+=("$name");;
                content) contents+=("$name");;
                digest) digests+=("$name");;
                user) users+=("$name");;
                keys) keys+=("$name");;
                package) packages+=("$name");;
                unit) units+=("$name");;
                cluster) clusters+=("$name");;
                role) port=${name%%/*} role=${name#*/};;
                database) port=${name%%/*} database=${name#*/};;
            esac
        done
        encoded() { printf '%s\t%s\t' "$1" "$2"; head -c 1048576 | base64 -w 0; echo; }
        [ ${#paths[@]} = 0 ] || stat --printf 'path\t%n\t%F\t%U\t%G\t%a\t%.Y\n' -- "${paths[@]}" 2>/dev/null || true
        for path in "${paths[@]}"; do
            [ ! -L "$path" ] || readlink -n -- "$path" | encoded link "$path"
        done
        for path in "${contents[@]}"; do
            if [ -f "$path" ] && [ ! -L "$path" ]; then encoded content "$path" <"$path"; fi
        done
        for path in "${digests[@]}"; do
            if [ -f "$path" ] && [ ! -L "$path" ]; then digest=$(sha256sum <"$path"); printf 'digest\t%s\t%s\n' "$path" "${digest%% *}"; fi
        done
        for user in "${users[@]}"; do
            entry=$(getent passwd "$user") || continue
            IFS=: read -r _ _ _ _ _ home shell <<<"$entry"
            printf 'user\t%s\t%s\t%s\t%s\n' "$user" "$home" "$shell" "$(id -nG "$user")"
        done
        for user in "${keys[@]}"; do
            entry=$(getent passwd "$user") || continue
            IFS=: read -r _ _ _ _ _ home _ <<<"$entry"
            [ ! -f "$home/.ssh/authorized_keys" ] || encoded keys "$user" <"$home/.ssh/authorized_keys"
        done
        [ ${#packages[@]} = 0 ] || dpkg-query -W -f 'package\t${Package}\t${db:Status-Status}\n' -- "${packages[@]}" 2>/dev/null || true
        if [ ${#units[@]} != 0 ]; then
            systemctl show --timestamp=us+utc --property=Id,ActiveState,UnitFileState,NeedDaemonReload,StateChangeTimestamp \
                -- "${units[@]}" | while IFS= read -r line; do printf 'unit\t%s\n' "$line"; done
        fi
        for cluster in "${clusters[@]}"; do
            [ ! -e "/etc/postgresql/$cluster/postgresql.conf" ] || printf 'cluster\t%s\n' "$cluster"
        done
        if [ -n "$port" ] && [ -S "/run/postgresql/.s.PGSQL.$port" ]; then
            runuser -u postgres -- psql -XAtq -F $'\t' -p "$port" -d postgres -v role="$role" -v database="$database" 2>/dev/null <<'SQL' || true
        select 'role', rolname, rolcanlogin, rolcreatedb, pg_has_role(oid, 'pg_monitor', 'member'), coalesce(rolpassword, '')
            from pg_authid where rolname = :'role';
        select 'database', datname, pg_get_userbyid(datdba) from pg_database where datname = :'database';
        SQL
        fi
        echo end
        """;
}
