using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Provisioning;

/// <summary>A program that is uploaded, compressed, when the host's copy is missing or its SHA-256 differs.</summary>
/// <param name="Label">What people call it, for example "Node 22.21.1".</param>
public sealed record ProgramResource(string Path, string Label, CompressedFile File) : Resource
{
    /// <summary>Unpacks standard input beside $1, compares its SHA-256 with $2, and renames it over $1.</summary>
    internal const string Script =
        """
        umask 022
        path=$1 digest=$2 part=$1.opticworks.new
        trap 'rm -f -- "$part"' EXIT
        rm -f -- "$part"
        gzip -dc >"$part"
        [ "$(sha256sum <"$part")" = "$digest  -" ] || { echo "the program did not arrive whole" >&2; exit 65; }
        chmod 0755 -- "$part"
        mv -fT -- "$part" "$path"
        """;

    public override string Title => $"program {Path}";

    internal override IEnumerable<string> Questions => [$"path:{Plain(Path)}", $"digest:{Path}"];

    internal override IEnumerable<string> Writes => [Path];

    internal override Change? Compare(HostState state, IReadOnlySet<string> changed)
    {
        var found = state.PathAt(Path);
        if (found is not null && found.Kind != PathKind.File)
            throw state.Conflict(Title, found, "a file");
        var same = state.DigestOf(Path) == File.Sha256;
        if (same && found is not null && Ownership.Difference(found, "root", "root", "0755") is null)
            return null;
        var size = File.Length / (1024.0 * 1024);
        var summary = FormattableString.Invariant($"{(found is null ? "upload" : "replace by")} {Label}, {size:0.0} MiB");
        return new Change(Title, summary) { Actions = [new HostAction(ShellCommand.Script(Script, Path, File.Sha256), File.OpenCompressed)] };
    }
}
