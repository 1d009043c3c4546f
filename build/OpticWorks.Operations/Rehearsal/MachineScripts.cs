namespace OpticWorks.Operations.Rehearsal;

/// <summary>The fixed scripts that make and remove the parts of a machine that only root may touch.</summary>
internal static class MachineScripts
{
    /// <summary>$1 bridge, $2 its address with prefix length.</summary>
    public const string Bridge =
        """
        [ -d "/sys/class/net/$1" ] || ip link add "$1" type bridge
        ip addr replace "$2" dev "$1"
        ip link set "$1" up
        # Where bridged packets pass the firewall (Docker asks for it and then drops what is forwarded), let ours through.
        if [ "$(cat /proc/sys/net/bridge/bridge-nf-call-iptables 2>/dev/null)" = 1 ] && command -v iptables >/dev/null; then
            iptables -w 5 -C FORWARD -i "$1" -o "$1" -j ACCEPT 2>/dev/null || iptables -w 5 -I FORWARD -i "$1" -o "$1" -j ACCEPT
        fi
        """;

    /// <summary>
    /// Makes one machine and starts it; every part that is there already is kept, so it also starts a machine that was
    /// powered off. $1 its folder, $2 its name among all of this computer, $3 its cable, $4 its address with prefix length,
    /// $5 bridge, $6 image, $7 its control groups with blanks between, $8 size of its disk in memory (empty: where its folder is),
    /// $9 the supervisor, then nspawn's command.
    /// </summary>
    public const string Start =
        """
        directory=$1 unit=$2 link=$3 address=$4 bridge=$5 image=$6 groups=$7 memory=$8 supervisor=$9; shift 9
        # Everything that this starts is in the machine's own group from the beginning, so it can always be found again.
        for group in $groups; do mkdir -p "$group/watch"; echo $$ >"$group/watch/cgroup.procs"; done
        for group in $groups; do
            for level in "${group%/*}" "$group"; do
                for controller in $(cat "$level/cgroup.controllers" 2>/dev/null); do
                    echo "+$controller" 2>/dev/null >"$level/cgroup.subtree_control" || true
                done
            done
        done
        disk=$directory/disk
        mkdir -p "$disk" "$directory/root"
        [ -z "$memory" ] || [ -e "$disk/made" ] || mountpoint -q "$disk" || mount -t tmpfs "$unit" "$disk" -o "size=$memory,mode=755"
        mkdir -p "$disk/upper" "$disk/work"
        mountpoint -q "$directory/root" || mount -t overlay "$unit" "$directory/root" \
            -o "lowerdir=$image,upperdir=$disk/upper,workdir=$disk/work"
        tar -xpf "$directory/seed.tar" -C "$directory/root" --numeric-owner
        : >"$disk/made"
        [ -e "/run/netns/$unit" ] || ip netns add "$unit"
        [ -d "/sys/class/net/$link" ] || ip link add "$link" type veth peer name host0 netns "$unit"
        ip link set "$link" master "$bridge" up
        ip -n "$unit" addr replace "$address" dev host0
        ip -n "$unit" link set host0 up
        ip -n "$unit" link set lo up
        setsid /bin/sh "$supervisor" "$directory" "$groups" "$@" </dev/null >>"$directory/console.log" 2>&1 &
        """;

    /// <summary>
    /// Stays beside a machine as long as it runs. Exit 133 of nspawn is a reboot asked for from inside; each start has a group
    /// of its own, because the last one's may not be empty of settings yet.
    /// $1 the machine's folder, $2 its control groups, then nspawn's command.
    /// </summary>
    public const string Supervisor =
        """
        directory=$1 groups=$2; shift 2
        trap '' HUP
        field() { shift 19; echo "$1"; }
        read -r line <"/proc/$$/stat"
        echo "$$ $(field ${line##*') '})" >"$directory/supervisor.new"
        mv "$directory/supervisor.new" "$directory/supervisor"
        start=0
        while :; do
            start=$((start + 1)) own=
            for group in $groups; do mkdir -p "$group/start-$start"; own="$own $group/start-$start"; done
            code=0
            /bin/sh -c 'for group in $1; do echo $$ >"$group/cgroup.procs"; done; shift; exec "$@"' sh "$own" "$@" || code=$?
            for group in $own; do find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true; done
            [ "$code" = 133 ] || break
        done
        echo "the machine has ended (nspawn: $code)"
        """;

    /// <summary>
    /// Ends machines and removes all that they had. $1 tenths of a second for an orderly end, then for each machine four values:
    /// its folder (empty: it and its disk stay), its name among all of this computer, its cable (empty: unknown), its control groups.
    /// </summary>
    public const string Remove =
        """
        patience=$1; shift
        processes() {
            for group in $1; do [ ! -d "$group" ] || find "$group" -name cgroup.procs -exec cat {} + 2>/dev/null; done | sort -un
        }
        power_off() { # SIGRTMIN+4 to every process 1 of a process namespace in the groups
            for pid in $(processes "$1"); do
                while read -r key outer inner rest; do
                    if [ "$key" = NSpid: ] && [ "$inner" = 1 ]; then kill -38 "$pid" 2>/dev/null || true; fi
                done 2>/dev/null <"/proc/$pid/status" || true
            done
        }
        remove() {
            directory=$1 unit=$2 link=$3 groups=$4 waited=0
            while [ -n "$(processes "$groups")" ] && [ $waited -lt $patience ]; do
                # Asked again now and then: early in its start systemd does not listen yet.
                if [ $((waited % 10)) = 0 ]; then power_off "$groups"; fi
                sleep 0.1
                waited=$((waited + 1))
            done
            tries=0
            while left=$(processes "$groups"); [ -n "$left" ] && [ $tries -lt 50 ]; do
                for group in $groups; do echo 1 2>/dev/null >"$group/cgroup.kill" || true; done
                kill -9 $left 2>/dev/null || true
                sleep 0.1
                tries=$((tries + 1))
            done
            awk -v source="$unit" -v all="$directory" '{
                for (i = 7; i < NF; i++) if ($i == "-") { if ($(i + 2) == source && (all != "" || $(i + 1) == "overlay")) print $5; break }
            }' /proc/self/mountinfo |
                while read -r point; do point=$(printf '%b' "$point"); umount "$point" 2>/dev/null || umount -l "$point"; done
            [ -z "$link" ] || [ ! -d "/sys/class/net/$link" ] || ip link del "$link"
            [ ! -e "/run/netns/$unit" ] || ip netns del "$unit"
            tries=0
            for group in $groups; do
                while [ -d "$group" ] && [ $tries -lt 50 ]; do
                    find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || { sleep 0.1; tries=$((tries + 1)); }
                done
            done
            rm -rf "/run/systemd/nspawn/propagate/$unit" "/run/systemd/nspawn/unix-export/$unit"
            [ -z "$directory" ] || rm -rf --one-file-system "$directory"
        }
        while [ $# -gt 0 ]; do
            remove "$1" "$2" "$3" "$4" &
            shift 4
        done
        wait
        """;

    /// <summary>Removes what machines of one environment share. $1 prefix of its names, $2 folder of the machines, then its control groups.</summary>
    public const string RemoveShared =
        """
        prefix=$1 machines=$2; shift 2
        if command -v iptables >/dev/null; then
            while iptables -w 5 -D FORWARD -i "$prefix" -o "$prefix" -j ACCEPT 2>/dev/null; do :; done
        fi
        for link in /sys/class/net/"$prefix"-* /sys/class/net/"$prefix"; do
            [ ! -d "$link" ] || ip link del "${link##*/}"
        done
        for group do [ ! -d "$group" ] || find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true; done
        rm -rf --one-file-system "$machines"
        """;
}
