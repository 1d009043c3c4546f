using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations;
using OpticWorks.Operations.Database;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Objects;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Build.Targets;

/// <summary>The environment that a target acts on, its secrets and its hosts.</summary>
internal interface IHazEnvironment : IHazOperations
{
    [Parameter("The environment to act on: local, staging, production or another file of .nuke/environments", Name = "Environment")]
    [CommandLineOnly]
    string? EnvironmentName => TryGetValue(() => EnvironmentName);

    [Parameter("Confirms a change to a protected environment by its name")]
    [CommandLineOnly]
    string? Confirm => TryGetValue(() => Confirm);

    [Parameter("Show what would be done, and touch nothing")]
    [CommandLineOnly]
    bool? PlanOnly => TryGetValue<bool?>(() => PlanOnly);

    /// <summary>The machines of this checkout; may be down.</summary>
    LocalEnvironment LocalMachines => Session.LocalMachines ??= new LocalEnvironment(
        Path.Combine(RootDirectory, ".nuke", "temp", "local"), Session.CacheDirectory, Toolbox.GetAsync, Narrator);

    /// <summary>The environment named, or the local one while a rehearsal runs.</summary>
    /// <exception cref="OperationException">None is named, or its file has mistakes (exit 2).</exception>
    StoreEnvironment LoadEnvironment()
    {
        if (Session.Environment is { } known)
            return known;
        var name = EnvironmentInPlan
            ?? throw OperationException.Configuration("No environment was named",
                $"--environment {string.Join('|', EnvironmentFile.Names(RootDirectory))}");
        return Session.Environment = EnvironmentFile.Load(RootDirectory, name, LocalMachines.Lookup, (this as IHazStore)?.StoreDirectory);
    }

    /// <summary>The name on the command line; "local" for a rehearsal; else null.</summary>
    string? EnvironmentInPlan
    {
        get
        {
            var rehearsal = ExecutionPlan.Any(target => target.Name == nameof(IRehearse.Rehearse));
            if (rehearsal && EnvironmentName is not (null or "local"))
                throw OperationException.Configuration($"A rehearsal runs on local machines, not on {EnvironmentName}", "./build.sh Rehearse");
            return rehearsal ? "local" : EnvironmentName;
        }
    }

    /// <summary>Refuses an unconfirmed change to a protected environment; asks once. What is only shown needs no confirmation.</summary>
    void RequireConfirmation(StoreEnvironment environment)
    {
        if (PlanOnly == true || Session.Confirmed == environment.Name)
            return;
        Confirmation.Require(environment, Confirm, Console.IsInputRedirected || Host is Nuke.Common.CI.IBuildServer ? null : Ask);
        Session.Confirmed = environment.Name;
    }

    private static string? Ask(string question)
    {
        Console.Error.Write(question + " ");
        return Console.In.ReadLine();
    }

    /// <summary>The secrets that the environment file names under these prefixes ("database", "variables", …; none: all),
    /// resolved; all missing ones are reported at once.</summary>
    async Task<Func<SecretReference, string>> SecretsAsync(
        StoreEnvironment environment, CancellationToken cancellationToken, params IReadOnlyList<string> prefixes)
    {
        await Session.Secrets(RootDirectory).ResolveAsync(
            environment.Secrets.Where(secret => prefixes.Count == 0 || prefixes.Any(prefix => secret.Name.StartsWith(prefix, StringComparison.Ordinal))),
            cancellationToken).ConfigureAwait(false);
        return Session.Secrets(RootDirectory).Value;
    }

    /// <summary>Hosts as their deploy user, or as the user that provisions.</summary>
    async Task<Func<HostSettings, IHost>> ConnectorAsync(StoreEnvironment environment, bool asProvisionUser, CancellationToken cancellationToken)
    {
        var options = await SshAsync(environment, cancellationToken).ConfigureAwait(false);
        return settings => Session.Hosts.Connect(settings, asProvisionUser ? settings.ProvisionUser : settings.User, options);
    }

    private async Task<SshOptions> SshAsync(StoreEnvironment environment, CancellationToken cancellationToken) => new(
        await Toolbox.GetAsync(PinnedProgram.OpenSsh, cancellationToken).ConfigureAwait(false),
        environment.KnownHosts, environment.IdentityFile, SshOptions.DefaultControlDirectory());

    /// <summary>The environment's database.</summary>
    async Task<StoreDatabase> OpenDatabaseAsync(StoreEnvironment environment, CancellationToken cancellationToken)
    {
        var secret = await SecretsAsync(environment, cancellationToken, "database").ConfigureAwait(false);
        return await StoreDatabase.OpenAsync(environment.Database, secret(environment.Database.Password),
            await SshAsync(environment, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The environment's artifact store.</summary>
    async Task<ObjectStore> ArtifactStoreAsync(StoreEnvironment environment, CancellationToken cancellationToken)
    {
        var secret = await SecretsAsync(environment, cancellationToken, "backups.accessKey", "backups.secretKey").ConfigureAwait(false);
        return new ObjectStore(environment.Backups.Endpoint, environment.Artifacts.Bucket,
            secret(environment.Backups.AccessKey), secret(environment.Backups.SecretKey));
    }
}
