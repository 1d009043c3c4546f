using System.Collections.Concurrent;
using System.ComponentModel;
using System.Text;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Operations.Environments;

/// <summary>Resolves secret references to values, once each, and hands every value to the scrubber before anybody can print it.</summary>
/// <param name="rootDirectory">What <c>file:</c> is relative to and where <c>command:</c> runs.</param>
public sealed class SecretStore(string rootDirectory, Scrubber scrubber, INarrator narrator)
{
    private const int MaximumBytes = 64 * 1024;

    private readonly ConcurrentDictionary<SecretReference, string> _values = new();

    /// <summary>Looks up <c>env:</c>; tests replace it.</summary>
    public Func<string, string?> Variables { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>The longest that a <c>command:</c> may take.</summary>
    public TimeSpan CommandLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Resolves all of them, commands side by side.</summary>
    /// <exception cref="OperationException">Some are missing, empty or cannot be read: all of them by name (exit 2).</exception>
    public async Task ResolveAsync(IEnumerable<NamedSecret> secrets, CancellationToken cancellationToken = default)
    {
        var wanted = secrets.Where(secret => secret.Reference.IsSecret)
            .GroupBy(secret => secret.Reference)
            .Select(group => (reference: group.Key, name: string.Join(", ", group.Select(secret => secret.Name))))
            .Where(entry => !_values.ContainsKey(entry.reference))
            .ToList();
        var answers = await Task.WhenAll(wanted.Select(entry => ReadAsync(entry.reference, entry.name, cancellationToken)))
            .ConfigureAwait(false);

        var missing = new List<(string Name, string Problem)>();
        foreach (var ((reference, name), answer) in wanted.Zip(answers))
        {
            if (answer.Value is null)
            {
                missing.Add((name, answer.Problem!));
                continue;
            }

            if (!scrubber.Add(name, answer.Value))
                narrator.Warn("secrets", $"{name} is shorter than {Scrubber.MinimumLength} characters and cannot be hidden in output");
            _values[reference] = answer.Value;
        }

        if (missing.Count == 0)
            return;
        var width = missing.Max(entry => entry.Name.Length);
        throw OperationException.Configuration(
            missing.Count == 1 ? "A secret is missing" : $"{missing.Count} secrets are missing",
            seen: string.Join('\n', missing.Select(entry => $"{entry.Name.PadRight(width)}  {entry.Problem}")),
            next: "set the variables, write the files or repair the commands that the environment file names");
    }

    /// <summary>The value of a resolved reference, or of a public text.</summary>
    /// <exception cref="InvalidOperationException">The reference was not resolved before.</exception>
    public string Value(SecretReference reference)
    {
        if (!reference.IsSecret)
            return reference.Location;
        return _values.TryGetValue(reference, out var value)
            ? value
            : throw new InvalidOperationException($"{reference} was not resolved before its use.");
    }

    private async Task<Answer> ReadAsync(SecretReference reference, string name, CancellationToken cancellationToken)
    {
        var answer = reference.Source switch
        {
            SecretSource.Env => FromVariable(reference.Location),
            SecretSource.File => FromFile(reference.Location, name),
            _ => await FromCommandAsync(reference.Location, cancellationToken).ConfigureAwait(false),
        };
        return answer.Value switch
        {
            "" => Answer.Missing($"{reference} is empty"),
            { } value when value.Contains('\0') => Answer.Missing($"{reference} holds a NUL"),
            _ => answer,
        };
    }

    private Answer FromVariable(string variable) =>
        Variables(variable) is { } value ? Answer.Found(value) : Answer.Missing($"env:{variable} is not set");

    private Answer FromFile(string location, string name)
    {
        var path = Path.GetFullPath(location, rootDirectory);
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
                return Answer.Missing($"file:{location} {(Directory.Exists(path) ? "is a folder" : "does not exist")}");
            if (file.Length > MaximumBytes)
                return Answer.Missing($"file:{location} is larger than {MaximumBytes / 1024} KiB");
            if (!OperatingSystem.IsWindows() && (file.UnixFileMode & UnixFileMode.OtherRead) != 0)
                narrator.Warn("secrets", $"every user of this machine can read {location} ({name}); chmod 600 {location}");
            return Answer.Found(Trimmed(File.ReadAllText(path, new UTF8Encoding(false, throwOnInvalidBytes: true))));
        }
        catch (DecoderFallbackException)
        {
            return Answer.Missing($"file:{location} is not UTF-8 text");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Answer.Missing($"file:{location} cannot be read: {e.Message}");
        }
    }

    /// <summary>Nothing that the program wrote to its standard output is ever shown: it may be the secret.</summary>
    private async Task<Answer> FromCommandAsync(string location, CancellationToken cancellationToken)
    {
        if (!CommandWords.TrySplit(location, out var words, out var complaint))
            return Answer.Missing($"command:{location} {complaint}");
        try
        {
            var result = await LocalProcess.RunAsync(
                new LocalCommand(words[0], [.. words.Skip(1)]) { WorkingDirectory = rootDirectory, Limit = CommandLimit },
                cancellationToken: cancellationToken).ConfigureAwait(false);
            if (result.Succeeded)
                return Answer.Found(Trimmed(result.Output));
            var said = result.Error.TrimEnd().Split('\n')[^1].Trim();
            return Answer.Missing($"command:{location} ended with exit code {result.ExitCode}{(said.Length > 0 ? $": {said}" : "")}");
        }
        catch (OperationException e) when (e.InnerException is Win32Exception)
        {
            return Answer.Missing($"command:{location} cannot be started: there is no program {words[0]}");
        }
        catch (OperationException)
        {
            return Answer.Missing(
                $"command:{location} did not end within {Duration.Format(CommandLimit)} (a program that asks a question?)");
        }
    }

    /// <summary>Without the one line break that editors and programs end a text with.</summary>
    private static string Trimmed(string text) =>
        text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;

    private sealed record Answer(string? Value, string? Problem)
    {
        public static Answer Found(string value) => new(value, null);

        public static Answer Missing(string problem) => new(null, problem);
    }
}
