using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Provisioning;

/// <summary>Debian packages that must be there, in whichever version. Package sources are asked only when one is missing.</summary>
public sealed record PackageResource(IReadOnlyList<string> Names) : Resource
{
    /// <summary>Installs $1…; with lists that are too old or missing, once more after fetching them.</summary>
    internal const string Script =
        """
        export DEBIAN_FRONTEND=noninteractive
        get() { apt-get -qq -o DPkg::Lock::Timeout=60 -o Acquire::Retries=2 "$@" >&2; }
        get install -y --no-install-recommends -- "$@" || { get update && get install -y --no-install-recommends -- "$@"; } || {
            echo "apt-get on this host cannot install: $*" >&2
            exit 69
        }
        """;

    public override string Title => $"packages {string.Join(", ", Names)}";

    internal override IEnumerable<string> Questions => Names.Select(name => $"package:{Plain(name)}");

    internal override Change? Compare(HostState state, IReadOnlySet<string> changed)
    {
        var missing = Names.Where(name => !state.HasPackage(name)).ToList();
        return missing.Count == 0
            ? null
            : new Change(Title, $"install {string.Join(", ", missing)}") { Actions = [new HostAction(ShellCommand.Script(Script, missing))] };
    }
}
