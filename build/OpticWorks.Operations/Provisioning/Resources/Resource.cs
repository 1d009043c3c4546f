using System.Text.RegularExpressions;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Provisioning;

/// <summary>
/// One thing that a host shall have, as data: what to ask the host about it, and what to do when the answer differs. Nothing
/// in a resource acts; <see cref="Provisioner"/> does.
/// </summary>
public abstract partial record Resource
{
    /// <summary>What people call it, for example "file /etc/haproxy/haproxy.cfg".</summary>
    public abstract string Title { get; }

    /// <summary>Words for <see cref="HostProbe"/>, "kind:name".</summary>
    internal abstract IEnumerable<string> Questions { get; }

    /// <summary>What has to change; null when the host is as it shall be.</summary>
    /// <param name="changed">Paths that changes before this one will write.</param>
    internal abstract Change? Compare(HostState state, IReadOnlySet<string> changed);

    /// <summary>Paths that its change writes.</summary>
    internal virtual IEnumerable<string> Writes => [];

    /// <summary>Names of users, groups, units, roles and paths end up in answers that are read line by line.</summary>
    protected static string Plain(string name) =>
        PlainName().IsMatch(name) ? name : throw OperationException.Configuration($"\"{name}\" is not a usable name or path on a host");

    [GeneratedRegex(@"^[A-Za-z0-9_./@:+-]+$")]
    private static partial Regex PlainName();
}

/// <summary>One thing to do on a host to bring a resource about.</summary>
/// <param name="Command">Run as root.</param>
/// <param name="Input">Opens what is streamed to its standard input; null: nothing. Secrets travel here.</param>
internal sealed record HostAction(ShellCommand Command, Func<Stream>? Input = null);

/// <summary>A difference between a host and what it shall be.</summary>
/// <param name="Resource">Title of the resource.</param>
/// <param name="Summary">What will be done, in a few words: "create", "mode 0755 → 0750".</param>
/// <param name="Diff">Unified diff of text contents, or empty. Never holds a secret.</param>
public sealed record Change(string Resource, string Summary, string Diff = "")
{
    internal IReadOnlyList<HostAction> Actions { get; init; } = [];
}
