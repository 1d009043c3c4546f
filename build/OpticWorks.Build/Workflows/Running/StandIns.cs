using System.Text.RegularExpressions;
using OpticWorks.Operations;
using OpticWorks.Operations.Rehearsal;

namespace OpticWorks.Build.Workflows.Running;

/// <summary>Values for the secrets that a workflow names: those of a file, and for the others stand-ins of the right form that open nothing.</summary>
/// <param name="Values">By name.</param>
/// <param name="Given">Those that came from the file.</param>
internal sealed partial record StandIns(IReadOnlyDictionary<string, string> Values, IReadOnlyDictionary<string, string> Given)
{
    /// <param name="file">Lines NAME=VALUE, # begins a comment; null: only stand-ins.</param>
    public static async Task<StandIns> ReadAsync(WorkflowText workflow, string? file, CancellationToken cancellationToken)
    {
        var given = new Dictionary<string, string>();
        foreach (var line in file is null ? [] : await LinesAsync(file, cancellationToken).ConfigureAwait(false))
        {
            if (line.Split('=', 2) is not [var name, var value])
                throw OperationException.Configuration("A line of the secrets' file is not NAME=VALUE (not shown)", where: file);
            given[name.Trim()] = value;
        }

        var values = new Dictionary<string, string>(given);
        foreach (var name in Named().Matches(workflow.Source).Select(match => match.Groups[1].Value).Distinct().Where(name => !given.ContainsKey(name)))
            values[name] = await StandInAsync(name, cancellationToken).ConfigureAwait(false);
        return new StandIns(values, given);
    }

    private static async Task<IEnumerable<string>> LinesAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return (await File.ReadAllLinesAsync(file, cancellationToken).ConfigureAwait(false)).Where(line => line.Trim().Length > 0 && !line.StartsWith('#'));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OperationException.Configuration("The secrets' file cannot be read", where: file, seen: e.Message);
        }
    }

    private static async Task<string> StandInAsync(string name, CancellationToken cancellationToken) => name switch
    {
        "SSH_KEY" => await KeyAsync(cancellationToken).ConfigureAwait(false),
        "SSH_KNOWN_HOSTS" => "# stand-in: no host is known",
        "BACKUP_KEY" => Convert.ToBase64String(new byte[32]),
        // Nothing is sent anywhere, and that is said.
        "SLACK_WEBHOOK" => "",
        _ => $"stand-in-{name.ToLowerInvariant()}",
    };

    /// <summary>A key that no host knows: made for this run.</summary>
    private static async Task<string> KeyAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("ow-key-");
        try
        {
            var path = Path.Combine(folder.FullName, "key");
            await SshKeyPair.EnsureAsync("ssh-keygen", path, "stand-in", cancellationToken).ConfigureAwait(false);
            return (await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false)).TrimEnd();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [GeneratedRegex(@"\bsecrets\.([A-Za-z_][A-Za-z0-9_]*)")]
    private static partial Regex Named();
}
