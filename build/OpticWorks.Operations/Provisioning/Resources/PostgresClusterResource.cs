using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Provisioning;

/// <summary>A PostgreSQL cluster in Debian's layout, with page checksums and locale C.UTF-8. Its unit starts it.</summary>
public sealed record PostgresClusterResource(int Version, string Cluster, int Port) : Resource
{
    public override string Title => $"PostgreSQL cluster {Version}/{Cluster}";

    internal override IEnumerable<string> Questions => [$"cluster:{Version}/{Plain(Cluster)}"];

    internal override Change? Compare(HostState state, IReadOnlySet<string> changed) => state.HasCluster($"{Version}/{Cluster}")
        ? null
        : new Change(Title, $"create on port {Port}, with checksums, C.UTF-8")
        {
            Actions =
            [
                new HostAction(ShellCommand.Of("pg_createcluster", "--port", $"{Port}", "--locale", "C.UTF-8", "--encoding", "UTF8",
                    $"{Version}", Cluster, "--", "--data-checksums")),
            ],
        };
}
