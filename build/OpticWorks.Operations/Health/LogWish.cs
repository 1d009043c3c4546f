using System.Globalization;
using System.Text;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Operations.Health;

/// <summary>Which log lines are wanted.</summary>
/// <param name="Instances">Ports by backend host.</param>
/// <param name="Since">How far back.</param>
/// <param name="Follow">Go on with what comes, until cancelled.</param>
/// <param name="Grep">A Perl-compatible expression on the message, which journalctl matches on the host; case matters only when
/// it holds a capital letter. Null: all lines.</param>
public sealed record LogWish(IReadOnlyList<(BackendHost Host, IReadOnlyList<int> Ports)> Instances, TimeSpan Since, bool Follow, string? Grep)
{
    public const string DefaultSince = "10m";

    /// <summary>The column of instances in print.</summary>
    public int Width => Instances.SelectMany(at => at.Ports.Select(port => Name(at.Host, port).Length)).Max();

    /// <summary>What was typed, checked.</summary>
    /// <param name="instance">host:port, or a host for all of its instances; null: all.</param>
    /// <exception cref="OperationException">No such instance, not a duration, or an expression that cannot be handed on unchanged (exit 2).</exception>
    public static LogWish Of(StoreEnvironment environment, string? instance, string? since, bool follow, string? grep)
    {
        if (!Duration.TryParse(since ?? DefaultSince, out var back))
            throw OperationException.Configuration($"--since \"{Printable(since!)}\" is not a duration", "a number and a unit, for example --since 10m");
        if (grep is "")
            throw OperationException.Configuration("--grep is empty", "--grep TEXT, or none for all lines");
        if (grep is not null && !IsText(grep))
            throw OperationException.Configuration("--grep holds control characters or half a character, which no log line can match", "one line of text");
        return new LogWish(Choose(environment, instance), back, follow, grep);
    }

    /// <summary>The command for one host.</summary>
    internal ShellCommand Command(IReadOnlyList<int> ports) => ShellCommand.Of("journalctl",
    [
        "--no-pager", "--all", "--output=json", "--output-fields=MESSAGE,_SYSTEMD_UNIT,UNIT",
        // Back from now by the host's own clock.
        string.Create(CultureInfo.InvariantCulture, $"--since=-{(long)Since.TotalMilliseconds}ms"),
        .. ports.Select(port => $"--unit={HostLayout.Unit(port)}"),
        .. Grep is null ? Array.Empty<string>() : [$"--grep={Grep}"],
        .. Follow ? ["--follow", "--no-tail"] : Array.Empty<string>(),
    ]);

    private static IReadOnlyList<(BackendHost, IReadOnlyList<int>)> Choose(StoreEnvironment environment, string? instance)
    {
        if (instance is null)
            return [.. environment.Hosts.Select(host => (host, host.Instances))];
        foreach (var host in environment.Hosts)
        {
            if (instance == host.Name)
                return [(host, host.Instances)];
            if (host.Instances.Where(port => instance == Name(host, port)).ToList() is { Count: > 0 } ports)
                return [(host, ports)];
        }

        var known = environment.Hosts.SelectMany(host => host.Instances.Select(port => Name(host, port))).ToList();
        throw OperationException.Configuration($"{environment.Name} has no instance \"{Printable(instance)}\"",
            $"--instance {string.Join(" or ", known)}, or a host's name for all of its instances");
    }

    private static string Name(BackendHost host, int port) => string.Create(CultureInfo.InvariantCulture, $"{host.Name}:{port}");

    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));

    private static bool IsText(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsControl(rune))
                return false;
        }

        // Half a surrogate pair is enumerated as a replacement character.
        return text.EnumerateRunes().Count(rune => rune == Rune.ReplacementChar) == text.Count(c => c == '\uFFFD');
    }
}
