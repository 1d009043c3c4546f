using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Releases;

/// <summary>The releases of an environment, one file each in /var/lib/opticworks/releases on the control host.</summary>
public sealed class ReleaseBook(IHost control)
{
    private const string Folder = "/var/lib/opticworks/releases";

    /// <summary>All records, the newest first.</summary>
    public async Task<IReadOnlyList<ReleaseRecord>> ReadAsync(CancellationToken cancellationToken)
    {
        var result = await control.RunAsync(ReadCommand(), null, null, cancellationToken).ConfigureAwait(false);
        return
        [
            .. result.OrFail("The records of the releases cannot be read").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => ReleaseRecord.Read(line, $"{control.Name}:{Folder}"))
                .OrderByDescending(record => record.Release, StringComparer.Ordinal),
        ];
    }

    /// <param name="fenced">The control host behind its fence.</param>
    public static async Task WriteAsync(IHost fenced, ReleaseRecord record, CancellationToken cancellationToken)
    {
        var input = new WholeInput(record.Write() + "\n");
        var result = await input.RunAsync(fenced, WriteCommand(ReleaseId.Parse(record.Release), input.Length), cancellationToken).ConfigureAwait(false);
        result.OrFail($"The record of {record.Release} could not be written");
    }

    /// <param name="fenced">The control host behind its fence.</param>
    public static async Task RemoveAsync(IHost fenced, ReleaseId release, CancellationToken cancellationToken)
    {
        var result = await fenced.RunAsync(ShellCommand.Of("rm", "-f", "--", Path(release)), null, null, cancellationToken).ConfigureAwait(false);
        result.OrFail($"The record of {release} could not be removed");
    }

    internal static ShellCommand ReadCommand() => ShellCommand.Script("""shopt -s nullglob; for file in "$1"/r-*.json; do cat -- "$file"; done""", Folder);

    /// <param name="length">Of the input, in bytes.</param>
    internal static ShellCommand WriteCommand(ReleaseId release, string length) => ShellCommand.Script(
        $$"""
        {{WholeInput.Arrived}}
        mkdir -p -- "$1"
        arrived "$2.part" "$3"
        mv -fT -- "$2.part" "$2"
        """, Folder, Path(release), length);

    private static string Path(ReleaseId release) => $"{Folder}/{release}.json";
}
