using OpticWorks.Operations.Health;
using OpticWorks.Operations.Traffic;

namespace OpticWorks.Operations.Tests.Health;

/// <summary>A look at a store of two hosts with an instance each, both well, for tests to change.</summary>
internal static class Looks
{
    public const string Release = "r-20261122-141203-3f9c2ab";

    public const string Older = "r-20261120-091100-b81d0c4";

    public static HttpLook Answer(int status = 200, string database = "connected", string redis = "connected", string release = Release) =>
        new(status, $$"""{"status":"{{(status == 200 ? "ok" : "degraded")}}","database":"{{database}}","redis":"{{redis}}","release":"{{release}}"}""", 4);

    public static InstanceLook Instance { get; } =
        new("active/running", new DateTimeOffset(2026, 11, 22, 14, 12, 3, TimeSpan.Zero), TimeSpan.FromHours(3), 0, Release, Answer());

    public static StoreLook Store(InstanceLook? first = null, InstanceLook? second = null, IReadOnlyList<ServerState>? servers = null) => new(
        [Host("api-1", first ?? Instance), Host("api-2", second ?? Instance)],
        new(servers ?? [new("api-1-9001", "UP", 2, 100, 100), new("api-2-9001", "UP", 0, 100, 100)], null),
        Answer(), null);

    public static HostLook Host(string name, InstanceLook instance) =>
        new(name, [9001], new(new Dictionary<int, InstanceLook> { [9001] = instance }, null));
}
