using System.Collections.Concurrent;
using OpticWorks.Build.Output;
using OpticWorks.Operations;
using OpticWorks.Operations.Canary;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.GitHub;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Notifications;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Build.Targets;

/// <summary>What one run of the program keeps between its targets.</summary>
internal static class Session
{
    private static readonly Lazy<Toolbox> Programs = new(() => new Toolbox(CacheDirectory, Narrator!));

    public static Toolbox Toolbox => Programs.Value;

    /// <summary>What the JSON document holds under "data".</summary>
    public static Dictionary<string, object?> Data { get; } = [];

    public static OperationException? Failure { get; set; }

    public static StoreEnvironment? Environment { get; set; }

    /// <summary>The environment whose change a person has confirmed in this run.</summary>
    public static string? Confirmed { get; set; }

    /// <summary>The artifact that Build made or found in this run.</summary>
    public static ArtifactManifest? Artifact { get; set; }

    public static LocalEnvironment? LocalMachines { get; set; }

    /// <summary>Knows every secret of this run; nothing is written without it.</summary>
    public static Scrubber Scrubber { get; } = new();

    public static INarrator Narrator { get; set; } = new ScrubbingNarrator(new ConsoleNarrator(), Scrubber);

    public static SecretStore Secrets(string rootDirectory) => _secrets ??= new SecretStore(rootDirectory, Scrubber, Narrator);

    private static SecretStore? _secrets;

    public static SshConnections Hosts { get; } = new();

    /// <summary>GitHub's token, which no program that is started here inherits; null: there is none.</summary>
    public static string? GitHubToken { get; private set; }

    public static GitHubApi? GitHub { get; set; }

    public static SlackWebhook? Slack { get; set; }

    /// <summary>Who hears of operations; null: there was none so far.</summary>
    public static Newsroom? Newsroom { get; set; }

    /// <summary>What was said to be left out.</summary>
    public static ConcurrentDictionary<string, bool> LeftOut { get; } = [];

    /// <summary>Takes the token out of the environment: the store's scripts, and whatever else is started, have no use for it.</summary>
    public static void TakeGitHubToken()
    {
        const string Name = "GITHUB_TOKEN";
        if (System.Environment.GetEnvironmentVariable(Name) is not { Length: > 0 } token)
            return;
        GitHubToken = token;
        Scrubber.Add(Name, token);
        System.Environment.SetEnvironmentVariable(Name, null);
    }

    public static ReleaseId? Release { get; set; }

    /// <summary>The last operation that was begun or resumed, as its journal is called; null: there was none.</summary>
    public static string? Operation { get; set; }

    /// <summary>Every look at a canary of this run, and when it was.</summary>
    public static List<(DateTimeOffset At, CanaryView View)> Looks { get; } = [];

    /// <summary>Programs and machine images, shared by all checkouts of this user: <c>OPTICWORKS_CACHE</c>, else the user's cache folder.</summary>
    public static string CacheDirectory
    {
        get
        {
            if (System.Environment.GetEnvironmentVariable("OPTICWORKS_CACHE") is { Length: > 0 } named)
                return Path.GetFullPath(named);
            var caches = System.Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } home
                ? home
                : Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".cache");
            return Path.Combine(caches, "opticworks");
        }
    }
}
