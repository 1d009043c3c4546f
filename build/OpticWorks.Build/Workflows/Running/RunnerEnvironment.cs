namespace OpticWorks.Build.Workflows.Running;

/// <summary>What a script on a runner finds in its environment, as far as this suite's workflows and targets look at it.</summary>
internal static class RunnerEnvironment
{
    /// <summary>Marks every process of a job, so that those it leaves behind are found and ended, as a runner does.</summary>
    public const string Tracking = "RUNNER_TRACKING_ID";

    /// <summary>What a runner does not have: the user's own agent, this program's own root, and another runner's variables.</summary>
    public static IEnumerable<string> Foreign(IEnumerable<string> names) => names.Where(name =>
        name is "SSH_AUTH_SOCK" or "SSH_AGENT_PID" or "NUKE_ROOT" or "BASH_ENV" or "ENV"
        || name.StartsWith("GITHUB_", StringComparison.Ordinal) || name.StartsWith("RUNNER_", StringComparison.Ordinal) || name.StartsWith("ACTIONS_", StringComparison.Ordinal)
        || name.StartsWith("INPUT_", StringComparison.Ordinal));

    /// <summary>The variables of a job (https://docs.github.com/actions/reference/workflows-and-actions/variables).</summary>
    public static Dictionary<string, string?> Of(CleanClone clone, string workflow, string job, string tracking) => new()
    {
        ["CI"] = "true",
        ["GITHUB_ACTIONS"] = "true",
        ["GITHUB_WORKFLOW"] = workflow,
        ["GITHUB_JOB"] = job,
        ["GITHUB_WORKSPACE"] = clone.Workspace,
        ["GITHUB_SHA"] = clone.Commit,
        ["GITHUB_REF"] = "refs/heads/main",
        ["GITHUB_REF_NAME"] = "main",
        ["GITHUB_EVENT_NAME"] = "workflow_dispatch",
        ["GITHUB_ACTOR"] = Environment.UserName,
        ["GITHUB_STEP_SUMMARY"] = Path.Combine(clone.Temporary, "summary.md"),
        ["RUNNER_OS"] = OperatingSystem.IsMacOS() ? "macOS" : "Linux",
        ["RUNNER_TEMP"] = clone.Temporary,
        [Tracking] = tracking,
        // A user's configuration of git is not on a runner.
        ["GIT_CONFIG_GLOBAL"] = "/dev/null",
    };

    /// <summary>The contexts "github" and "runner".</summary>
    public static string? Context(string path, IReadOnlyDictionary<string, string?> variables) => path switch
    {
        "github.ref" => variables["GITHUB_REF"],
        "github.sha" => variables["GITHUB_SHA"],
        "github.job" => variables["GITHUB_JOB"],
        "github.actor" => variables["GITHUB_ACTOR"],
        "github.event_name" => variables["GITHUB_EVENT_NAME"],
        "github.workspace" => variables["GITHUB_WORKSPACE"],
        // There is none here: what needs it is left out, and says so.
        "github.token" => "",
        "runner.os" => variables["RUNNER_OS"],
        "runner.temp" => variables["RUNNER_TEMP"],
        _ => null,
    };
}
