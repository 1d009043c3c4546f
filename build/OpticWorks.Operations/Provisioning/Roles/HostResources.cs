using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Operations.Provisioning;

/// <summary>What each host of an environment shall have, in the order in which it is brought about. Pure.</summary>
internal static class HostResources
{
    /// <param name="node">Needed when the host runs the backend.</param>
    /// <param name="secret">Resolves the passwords of servers that this suite provisions; of others it is not asked.</param>
    public static IReadOnlyList<Resource> Of(
        StoreEnvironment environment, HostRoles roles, NodeProgram? node, IReadOnlyList<string> publicKeys, Func<SecretReference, string> secret)
    {
        var user = roles.Host.User;
        var backend = roles.RunsBackend ? new BackendRole(new HostLayout(environment.Releases.Directory), user, roles.Instances) : null;
        var balancer = roles.Balances ? new BalancerRole(environment, user) : null;
        List<Resource> resources =
        [
            .. roles.RunsDatabase ? DatabaseRole.BeforePackages : [],
            new PackageResource(["sudo", .. Packages(roles)]),
            .. backend?.Users ?? [],
            new UserResource(user, $"/home/{user}", "/bin/bash") { Groups = ["systemd-journal", .. backend?.DeployGroups ?? []] },
            new AuthorizedKeysResource(user, publicKeys),
            new DirectoryResource("/var/lib/opticworks", user, user, "0750"),
            .. backend?.Resources(node ?? throw new ArgumentNullException(nameof(node))) ?? [],
            .. balancer?.Files ?? [],
        ];
        // A folder that both roles need is one.
        resources = [.. resources.DistinctBy(resource => resource.Title)];

        var allowed = (backend?.AllowedCommands ?? []).Concat(balancer?.AllowedCommands ?? []).ToList();
        if (allowed.Count > 0)
            resources.Add(Sudoers.File(user, allowed, [.. backend?.AllowedPrograms ?? []]));
        if (roles.RunsDatabase)
            resources.AddRange(DatabaseRole.Files(environment));
        if (roles.RunsRedis)
            resources.AddRange(RedisRole.Files(environment, secret(environment.Redis.Password)));

        IReadOnlyList<string> units = [.. backend?.Units ?? [], .. balancer?.Units ?? []];
        if (units.Count > 0)
            resources.Add(new SystemdFilesResource(units));
        if (balancer is not null)
            resources.AddRange(balancer.Services);
        if (roles.RunsDatabase)
            resources.AddRange(DatabaseRole.Running(environment, secret(environment.Database.Password)));
        if (roles.RunsRedis)
            resources.Add(RedisRole.Service);
        return resources;
    }

    private static IEnumerable<string> Packages(HostRoles roles) =>
    [
        .. roles.RunsBackend ? BackendRole.Packages : [],
        .. roles.Balances ? BalancerRole.Packages : [],
        .. roles.RunsDatabase ? DatabaseRole.Packages : [],
        .. roles.RunsRedis ? RedisRole.Packages : [],
    ];
}

/// <summary>The Node that hosts run the backend with.</summary>
/// <param name="Version">For example "22.21.1".</param>
public sealed record NodeProgram(string Version, CompressedFile File);
