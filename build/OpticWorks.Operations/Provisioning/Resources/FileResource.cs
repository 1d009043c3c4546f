using System.Security.Cryptography;
using System.Text;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Provisioning;

/// <summary>
/// A text file with exactly these contents. It is written beside its place, checked there, and renamed over it: whatever
/// fails or is interrupted, the old file stays whole.
/// </summary>
/// <param name="Mode">Octal digits, for example "0440".</param>
public sealed record FileResource(string Path, string Content, string Owner, string Group, string Mode) : Resource
{
    /// <summary>
    /// Program and arguments that must accept the new file before it is put in place; the file's temporary path is added
    /// as the last argument. Null: no check.
    /// </summary>
    public IReadOnlyList<string>? Validation { get; init; }

    /// <summary>Its contents are never shown and never read back: the host answers with their SHA-256 only.</summary>
    public bool Secret { get; init; }

    /// <summary>Contents that are there stay: they are only what it begins with.</summary>
    public bool KeepsContents { get; init; }

    /// <summary>
    /// Writes standard input beside $1 and renames it over $1. $2 owner, $3 group, $4 mode, $5 SHA-256 of the input, then the
    /// check. The dot in the temporary name keeps sudo, PostgreSQL and systemd from reading it.
    /// </summary>
    internal const string WriteScript =
        """
        umask 077
        path=$1 owner=$2 group=$3 mode=$4 digest=$5 part=$1.opticworks.new; shift 5
        trap 'rm -f -- "$part"' EXIT
        rm -f -- "$part"
        cat >"$part"
        [ "$(sha256sum <"$part")" = "$digest  -" ] || { echo "the contents did not arrive whole" >&2; exit 65; }
        chown -- "$owner:$group" "$part"
        chmod -- "$mode" "$part"
        [ $# = 0 ] || "$@" "$part" >&2
        mv -fT -- "$part" "$path"
        """;

    public override string Title => $"file {Path}";

    internal override IEnumerable<string> Questions => [$"path:{Plain(Path)}", Secret ? $"digest:{Path}" : $"content:{Path}"];

    internal override IEnumerable<string> Writes => [Path];

    internal override Change? Compare(HostState state, IReadOnlySet<string> changed)
    {
        var found = state.PathAt(Path);
        if (found is not null && found.Kind != PathKind.File)
            throw state.Conflict(Title, found, "a file");
        var same = KeepsContents && found is not null || (Secret ? state.DigestOf(Path) == Digest : state.ContentOf(Path) == Content);
        var ownership = found is null ? $"create, {Owner}:{Group} {Mode}" : Ownership.Difference(found, Owner, Group, Mode);
        if (found is not null && same && ownership is null)
            return null;
        List<string> parts = [];
        if (found is not null && !same)
            parts.Add(Secret ? "contents changed (secret, never shown)" : "contents changed");
        if (ownership is not null)
            parts.Add(ownership);
        var diff = Secret || same ? "" : UnifiedDiff.Of(state.ContentOf(Path), Content, Path);
        return new Change(Title, string.Join(", ", parts), diff) { Actions = [KeepsContents && found is not null ? new HostAction(OwnershipCommand) : new HostAction(Command, Open)] };
    }

    /// <summary>SHA-256 of the contents, lower-case hexadecimal.</summary>
    internal string Digest => Convert.ToHexStringLower(SHA256.HashData(Bytes));

    internal ShellCommand Command => ShellCommand.Script(WriteScript, [Path, Plain(Owner), Plain(Group), Mode, Digest, .. Validation ?? []]);

    private ShellCommand OwnershipCommand => ShellCommand.All(ShellCommand.Of("chown", "--", $"{Plain(Owner)}:{Plain(Group)}", Path), ShellCommand.Of("chmod", "--", Mode, Path));

    private byte[] Bytes => Encoding.UTF8.GetBytes(Content);

    private MemoryStream Open() => new(Bytes, writable: false);

    /// <summary>Printing a resource must not print what it keeps secret.</summary>
    public override string ToString() => Title;
}
