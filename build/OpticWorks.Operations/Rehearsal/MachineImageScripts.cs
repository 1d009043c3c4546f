namespace OpticWorks.Operations.Rehearsal;

/// <summary>The fixed scripts that build and remove images. A line that starts with "@ " is progress for people.</summary>
internal static class MachineImageScripts
{
    /// <summary>
    /// Runs <see cref="Build"/> in its own mount and process namespaces and ends it when the program has gone: after a
    /// kill -9 no mount and no process is left, only a folder that the next build removes.
    /// $1 lock file, $2 pid of the program, $3 its start time, $4 the build script, then the build's own values.
    /// </summary>
    public const string Guard =
        """
        lock=$1 owner=$2 started=$3 build=$4; shift 4
        exec 9>"$lock"
        flock -w 60 9 || { echo "another build still holds $lock" >&2; exit 75; }
        unshare --mount --pid --fork --kill-child --mount-proc /bin/sh -ceu "$build" opticworks "$@" </dev/null &
        child=$!
        field() { shift 19; echo "$1"; }
        alive() {
            read -r line 2>/dev/null <"/proc/$owner/stat" || return 1
            case ${line##*') '} in [ZX]*) return 1;; esac
            [ "$(field ${line##*') '})" = "$started" ]
        }
        ( while kill -0 $child 2>/dev/null; do alive || { kill -9 $child; exit 0; }; sleep 0.3; done ) 9>&- >/dev/null 2>&1 &
        wait $child
        """;

    /// <summary>
    /// $1 folder while building, $2 final folder, $3 suite, $4 mirror (empty: debootstrap's own), $5 base packages with commas,
    /// $6 packages, $7 suite of Redis, $8 packages of Redis, $9 units to disable, $10 units to mask, then debootstrap's command.
    /// </summary>
    public const string Build =
        """
        tree=$1 final=$2 suite=$3 mirror=$4 base=$5 packages=$6 redis_suite=$7 redis=$8 disabled=$9 masked=${10}; shift 10
        export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive
        unset TMPDIR # Packages' scripts run inside, where a folder of this computer is not.
        rm -rf --one-file-system "$tree"
        mkdir -p "$tree"
        echo "@ 1 of 4: bootstrapping Debian $suite"
        "$@" --variant=minbase --include="$base" "$suite" "$tree" ${mirror:+"$mirror"}

        echo "@ 2 of 4: reading the package lists"
        printf '#!/bin/sh\nexit 101\n' >"$tree/usr/sbin/policy-rc.d"
        chmod 755 "$tree/usr/sbin/policy-rc.d"
        mkdir -p "$tree/etc/postgresql-common"
        echo 'create_main_cluster = false' >"$tree/etc/postgresql-common/createcluster.conf"
        printf 'path-exclude=/usr/share/doc/*\npath-exclude=/usr/share/man/*\npath-exclude=/usr/share/locale/*\npath-exclude=/usr/share/info/*\n' \
            >"$tree/etc/dpkg/dpkg.cfg.d/without-documentation"
        echo 'force-unsafe-io' >"$tree/etc/dpkg/dpkg.cfg.d/unsafe-io"
        rm -f "$tree/etc/resolv.conf"
        cp -L /etc/resolv.conf /etc/hosts "$tree/etc/"
        sources=$tree/etc/apt/sources.list
        sed "s/ $suite / $redis_suite /" "$sources" >"$tree/etc/apt/sources.list.d/redis.list"
        printf 'Package: *\nPin: release n=%s\nPin-Priority: 100\n' "$redis_suite" >"$tree/etc/apt/preferences.d/redis"
        mount -t proc proc "$tree/proc"
        chroot "$tree" apt-get -q -o Acquire::Languages=none update

        echo "@ 3 of 4: installing"
        wanted=
        for package in $redis; do wanted="$wanted $package/$redis_suite"; done
        chroot "$tree" apt-get -q -y --no-install-recommends -o Acquire::Languages=none install $packages $wanted

        echo "@ 4 of 4: cleaning up"
        chroot "$tree" systemctl --quiet disable $disabled
        chroot "$tree" systemctl --quiet mask $masked
        umount "$tree/proc"
        rm -rf "$tree"/var/lib/apt/lists/* "$tree"/var/cache/apt/*.bin "$tree"/var/cache/apt/archives/*.deb "$tree"/var/cache/debconf/*-old \
            "$tree"/usr/share/doc/* "$tree"/usr/share/man/* "$tree"/usr/share/locale/* "$tree"/usr/share/info/* "$tree"/var/log/*.log \
            "$tree"/var/log/apt "$tree"/etc/ssh/ssh_host_* "$tree"/etc/machine-id "$tree"/var/lib/dbus/machine-id \
            "$tree"/etc/apt/sources.list.d/redis.list "$tree"/etc/apt/preferences.d/redis "$tree"/etc/hosts "$tree"/tmp/* \
            "$tree"/var/lib/postgresql-common/*
        : >"$tree/etc/machine-id"
        : >"$tree/etc/resolv.conf"
        mv -T "$tree" "$final"
        """;

    /// <summary>
    /// Removes folders of images that nothing uses. $1 lock file, then the folders. Waits for a build whose program was killed
    /// to end. Refuses a folder with mounts in it.
    /// </summary>
    public const string Remove =
        """
        exec 9>"$1"
        flock -w 60 9
        shift
        for tree do rm -rf --one-file-system "$tree"; done
        """;
}
