using System.Globalization;
using Nuke.Common.IO;
using Nuke.Common.Reporting;
using Nuke.Common.Tooling;

namespace Nuke.Common.CI.GitHubActions;

/// <summary>
/// A job of GitHub Actions: its variables and its workflow commands
/// (https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions).
/// </summary>
public class GitHubActions : Host, IBuildServer
{
    private readonly Lazy<GitHubEventPayload> _event;

    internal GitHubActions()
    {
        _event = new Lazy<GitHubEventPayload>(() => GitHubEventPayload.Read(EventPath));
    }

    /// <summary>The host when it is GitHub Actions; else null.</summary>
    public static GitHubActions Instance => NukeBuild.Host as GitHubActions;

    internal static bool IsRunningGitHubActions => EnvironmentInfo.HasVariable("GITHUB_ACTIONS");

    string IBuildServer.Branch => Ref;

    string IBuildServer.Commit => Sha;

    public string Home => EnvironmentInfo.GetVariable("HOME");

    public string Workflow => Variable("WORKFLOW");

    public string Action => Variable("ACTION");

    public string Actor => Variable("ACTOR");

    public string Repository => Variable("REPOSITORY");

    public string RepositoryOwner => Variable("REPOSITORY_OWNER");

    public string EventName => Variable("EVENT_NAME");

    public string EventPath => Variable("EVENT_PATH");

    public string Workspace => Variable("WORKSPACE");

    public string Sha => Variable("SHA");

    public string Ref => Variable("REF");

    public string RefName => Variable("REF_NAME");

    public string HeadRef => Variable("HEAD_REF");

    public string BaseRef => Variable("BASE_REF");

    public string RefType => Variable("REF_TYPE");

    public long RunAttempt => Number("RUN_ATTEMPT");

    public long RunNumber => Number("RUN_NUMBER");

    public long RunId => Number("RUN_ID");

    public string ServerUrl => Variable("SERVER_URL");

    public string Job => Variable("JOB");

    public string Token => Variable("TOKEN");

    public bool IsPullRequest => EventName is "pull_request" or "pull_request_target";

    public int? PullRequestNumber => IsPullRequest ? _event.Value.Number : null;

    public string PullRequestAction => IsPullRequest ? _event.Value.Action : null;

    /// <summary>The file whose Markdown becomes the summary of the step.</summary>
    public AbsolutePath StepSummaryFile => Variable("STEP_SUMMARY");

    public void Group(string group) => WriteCommand("group", group);

    public void EndGroup(string group) => WriteCommand("endgroup", group);

    public void WriteDebug(string message) => WriteCommand("debug", message);

    public void WriteWarning(string message) => WriteCommand("warning", message);

    public void WriteError(string message) => WriteCommand("error", message);

    /// <summary>Writes <c>::command key=value::message</c>, escaped as GitHub wants it.</summary>
    public void WriteCommand(
        string command,
        string message = null,
        Configure<Dictionary<string, object>> dictionaryConfigurator = null)
    {
        var properties = dictionaryConfigurator?.Invoke([]) ?? [];
        var pairs = properties.Select(property => $"{property.Key}={EscapeProperty(Convert.ToString(property.Value, CultureInfo.InvariantCulture))}");
        var head = properties.Count == 0 ? command : $"{command} {string.Join(',', pairs)}";
        Out.Line($"::{head}::{Escape(message ?? string.Empty)}");
    }

    protected internal override IDisposable WriteBlock(string text)
    {
        Group(text);
        return new Block(this, text);
    }

    protected internal override void ReportWarning(string text, string details = null) => WriteWarning(text);

    protected internal override void ReportError(string text, string details = null) => WriteError(text);

    protected internal override bool FilterMessage(string message) =>
        message.StartsWith("::", StringComparison.Ordinal) || message.StartsWith("##[", StringComparison.Ordinal);

    private static string Variable(string name) => EnvironmentInfo.GetVariable($"GITHUB_{name}");

    private static long Number(string name) => EnvironmentInfo.GetVariable<long>($"GITHUB_{name}");

    // A secret must be found before its characters are escaped.
    private static string Escape(string text) => Redaction.Of(text).Replace("%", "%25").Replace("\r", "%0D").Replace("\n", "%0A");

    private static string EscapeProperty(string text) => Escape(text).Replace(":", "%3A").Replace(",", "%2C");

    private sealed class Block(GitHubActions host, string text) : IDisposable
    {
        public void Dispose() => host.EndGroup(text);
    }
}
