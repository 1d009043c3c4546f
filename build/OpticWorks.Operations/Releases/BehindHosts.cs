using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Releases;

/// <summary>
/// Hosts that a deployment left out because they could not be reached: they run an older release and stay out of traffic until a deployment
/// has caught them up. One file each in /var/lib/opticworks/behind on the control host, holding the release that they missed first.
/// </summary>
public sealed class BehindHosts(IHost control)
{
    private const string Folder = "/var/lib/opticworks/behind";

    /// <summary>The release that each host missed, by the host's name.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ReadAsync(CancellationToken cancellationToken)
    {
        var result = await control.RunAsync(ReadCommand(), null, null, cancellationToken).ConfigureAwait(false);
        return result.OrFail("The hosts that are behind cannot be read").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', 2)).ToDictionary(words => words[0], words => words.Length > 1 ? words[1] : "");
    }

    /// <param name="fenced">The control host behind its fence.</param>
    /// <param name="host">A host's name; a plain word.</param>
    /// <param name="release">The release that it misses; a mark that is there stays as it is.</param>
    public static async Task MarkAsync(IHost fenced, string host, ReleaseId release, CancellationToken cancellationToken)
    {
        var input = new WholeInput(release.Text + "\n");
        (await input.RunAsync(fenced, MarkCommand(host, input.Length), cancellationToken).ConfigureAwait(false)).OrFail($"{host} could not be marked as behind");
    }

    /// <param name="fenced">The control host behind its fence.</param>
    public static async Task UnmarkAsync(IHost fenced, string host, CancellationToken cancellationToken) =>
        (await fenced.RunAsync(ShellCommand.Of("rm", "-f", "--", $"{Folder}/{host}"), null, null, cancellationToken).ConfigureAwait(false))
            .OrFail($"The mark of {host} could not be removed");

    internal static ShellCommand ReadCommand() => ShellCommand.Script(
        """shopt -s nullglob; for file in "$1"/*; do read -r release < "$file" || true; echo "${file##*/} $release"; done""", Folder);

    /// <param name="length">Of the input, in bytes.</param>
    internal static ShellCommand MarkCommand(string host, string length) => ShellCommand.Script(
        $$"""
        {{WholeInput.Arrived}}
        mkdir -p -- "$1"
        [ -s "$1/$2" ] && exit 0
        arrived "$1/.$2.part" "$3"
        mv -fT -- "$1/.$2.part" "$1/$2"
        """, Folder, host, length);
}
