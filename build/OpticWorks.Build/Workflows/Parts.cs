using OpticWorks.Build.Targets;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Build.Workflows;

/// <summary>What several workflows are made of.</summary>
internal static class Parts
{
    /// <summary>The choice of an environment, the harmless one first.</summary>
    public static WorkflowInput Environment { get; } = new("environment", "The environment to act on", "staging", "production") { Required = true };

    /// <summary>The program's own secrets: what the environment files name as env:NAME.</summary>
    private static readonly string[] Secrets =
    [
        "DATABASE_PASSWORD", "REDIS_PASSWORD", "JWT_SECRET", "COOKIE_SECRET", "STRIPE_API_KEY", "STRIPE_WEBHOOK_SECRET",
        .. StoreSecrets, "BACKUP_KEY", "SLACK_WEBHOOK",
    ];

    /// <summary>What deploys a Worker; only jobs that do so get it.</summary>
    public static (string Name, string Value) Cloudflare { get; } = ("CLOUDFLARE_API_TOKEN", "${{ secrets.CLOUDFLARE_API_TOKEN }}");

    /// <summary>GitHub's token of the job. The program takes it out of its environment before it starts anything.</summary>
    public static (string Name, string Value) Token { get; } = ("GITHUB_TOKEN", "${{ github.token }}");

    /// <summary>To read the sources, and to record a deployment and its line beside the commit.</summary>
    private static Dictionary<string, string> Recording => Map(("contents", "read"), ("deployments", "write"), ("statuses", "write"));

    /// <summary>The same, and a release with its notes: what shoppers get is published.</summary>
    public static IReadOnlyDictionary<string, string> Publishing => Map(("contents", "write"), ("deployments", "write"), ("statuses", "write"));

    private static string[] StoreSecrets => ["R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY"];

    /// <summary>Checkout and SDK: enough to run the program.</summary>
    public static IReadOnlyList<WorkflowStep> Program =>
    [
        new ActionStep("Check out", ActionPins.Checkout) { With = Map(("persist-credentials", "false"), ("fetch-depth", "0")) },
        new ActionStep("Set up .NET", ActionPins.SetupDotnet) { With = Map(("global-json-file", "global.json")) },
        new ActionStep("Cache", ActionPins.Cache)
        {
            With = Map(("path", "~/.cache/opticworks"),
                ("key", "opticworks-${{ runner.os }}-${{ hashFiles('build/OpticWorks.Operations/Toolchain/**') }}")),
        },
    ];

    /// <summary>What builds the store: Node and pnpm at the pinned versions.</summary>
    public static IReadOnlyList<WorkflowStep> Store =>
    [
        new ActionStep("Set up pnpm", ActionPins.SetupPnpm) { With = Map(("version", Pins.Pnpm.Version)) },
        new ActionStep("Set up Node", ActionPins.SetupNode) { With = Map(("node-version", Pins.Node.Version)) },
    ];

    /// <summary>A private agent with the environment's key, and its hosts' keys.</summary>
    /// <param name="environment">A name, or an expression.</param>
    public static WorkflowStep Ssh(string environment) => new ScriptStep("SSH",
        "umask 077",
        "ssh-agent -a \"$RUNNER_TEMP/agent\" > /dev/null",
        "printf '%s\\n' \"$SSH_KEY\" | SSH_AUTH_SOCK=\"$RUNNER_TEMP/agent\" ssh-add -q -",
        "printf '%s\\n' \"$SSH_KNOWN_HOSTS\" > \".nuke/environments/$ENVIRONMENT.known_hosts\"",
        "echo \"SSH_AUTH_SOCK=$RUNNER_TEMP/agent\" >> \"$GITHUB_ENV\"")
    {
        Env = Map(("ENVIRONMENT", environment), ("SSH_KEY", "${{ secrets.SSH_KEY }}"), ("SSH_KNOWN_HOSTS", "${{ secrets.SSH_KNOWN_HOSTS }}")),
    };

    /// <summary>Runs targets. exec: the program itself gets the runner's signals.</summary>
    /// <param name="words">Targets and options; values only as "$NAME".</param>
    public static ScriptStep Run(string words, params (string Name, string Value)[] env) => new($"Run {words.Split(" --")[0]}", $"exec ./build.cmd {words}") { Env = Map(env) };

    /// <summary>Runs targets that act on an environment, with its secrets.</summary>
    public static WorkflowStep Act(string words, string environment, params (string Name, string Value)[] env) =>
        Run($"{words} --environment \"$ENVIRONMENT\" --confirm \"$ENVIRONMENT\"", [("ENVIRONMENT", environment), .. env, .. All(Secrets)]);

    /// <summary>The end of a job that changes an environment: what this job began and did not end is taken back. Another's operation is left alone.</summary>
    private static WorkflowStep TakeBack(string environment, IEnumerable<(string, string)> also) => Run(
        $"{nameof(IResume.Resume)} --environment \"$ENVIRONMENT\" --confirm \"$ENVIRONMENT\" --abort --own-only", [("ENVIRONMENT", environment), Token, .. also, .. All(Secrets)]) with
    { If = "cancelled() || failure()" };

    /// <summary>One build for all environments after it, without any secret. What it made is handed on, and so is its digest.</summary>
    public static WorkflowJob Build { get; } = BuildJob(Built("build", ""), Map(("digest", "${{ steps.build.outputs.digest }}")));

    /// <summary>The same with the storefront: what browsers get is compiled for an environment, so each has an artifact of its own; backend and layer are the same in all.
    /// Nothing is published: that takes secrets, which only the deploying jobs have.</summary>
    /// <param name="environments">Names, or one expression; the job's outputs are called as in <see cref="DigestOf"/>.</param>
    public static WorkflowJob BuildFor(params IReadOnlyList<string> environments) => BuildJob(
        [.. environments.SelectMany(environment => Built($"build-{Id(environment)}", " --environment \"$ENVIRONMENT\" --publish false", ("ENVIRONMENT", environment)))],
        Map(environments.Select(environment => (Id(environment), $"${{{{ steps.build-{Id(environment)}.outputs.digest }}}}"))));

    private static string Id(string environment) => environment.StartsWith('$') ? "chosen" : environment;

    private static IReadOnlyList<WorkflowStep> Built(string id, string words, params IReadOnlyList<(string, string)> env) =>
    [
        new ScriptStep($"Run {nameof(IRestore.Restore)} {nameof(IBuild.Build)} {nameof(ITest.Test)}{(env.Count > 0 ? $" for {env[0].Item2}" : "")}",
            $"./build.cmd {nameof(IRestore.Restore)} {nameof(IBuild.Build)} {nameof(ITest.Test)}{words} --output json > \"$RUNNER_TEMP/{id}.json\"",
            $"echo \"digest=$(jq -er .data.artifact.digest \"$RUNNER_TEMP/{id}.json\")\" >> \"$GITHUB_OUTPUT\"")
        { Id = id, Env = Map(env) },
    ];

    private static WorkflowJob BuildJob(IReadOnlyList<WorkflowStep> build, IReadOnlyDictionary<string, string> outputs) => new("build",
    [
        .. Program, .. Store, .. build,
        new ActionStep("Keep the test results", ActionPins.UploadArtifact)
        {
            If = "always()",
            With = Map(("name", "test-results"), ("path", "artifacts/test-results"), ("if-no-files-found", "ignore")),
        },
        new ActionStep("Hand on the artifact", ActionPins.UploadArtifact)
        {
            With = Map(("name", "store"), ("path", "artifacts/store"), ("if-no-files-found", "error"), ("retention-days", "7")),
        },
    ])
    {
        TimeoutMinutes = 30,
        Outputs = outputs,
    };

    /// <summary>What the job "build" handed on; every archive is checked against its digest when it is used.</summary>
    public static WorkflowStep Artifact { get; } = new ActionStep("Bring the artifact", ActionPins.DownloadArtifact)
    { With = Map(("name", "store"), ("path", "artifacts/store")) };

    /// <summary>The digest that the job "build" found.</summary>
    public static (string Name, string Value) Digest { get; } = ("DIGEST", "${{ needs.build.outputs.digest }}");

    /// <summary>The digest that the job "build" found for an environment.</summary>
    public static (string Name, string Value) DigestOf(string environment) => ("DIGEST", $"${{{{ needs.build.outputs.{Id(environment)} }}}}");

    /// <summary>A job that changes an environment; only one at a time, and none ends another.</summary>
    public static WorkflowJob Change(string id, string environment, int minutes, params IReadOnlyList<WorkflowStep> steps) => Change(id, environment, minutes, [], steps);

    /// <param name="also">Variables that taking back needs, too.</param>
    public static WorkflowJob Change(string id, string environment, int minutes, IReadOnlyList<(string Name, string Value)> also, IReadOnlyList<WorkflowStep> steps) => new(id,
        [.. Program, Ssh(environment), .. steps, TakeBack(environment, also)])
    {
        TimeoutMinutes = minutes,
        Environment = environment,
        Permissions = Recording,
        Concurrency = $"opticworks-{environment}",
    };

    public static Dictionary<string, string> Map(params IEnumerable<(string Name, string Value)> pairs) => pairs.ToDictionary(pair => pair.Name, pair => pair.Value);

    private static IEnumerable<(string, string)> All(IEnumerable<string> secrets) => secrets.Select(name => (name, $"${{{{ secrets.{name} }}}}"));
}
