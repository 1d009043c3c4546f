#pragma warning disable CS0649 // The engine assigns the parameters.
using System.Net;
using System.Text;
using Nuke.Common.Tooling;
using Nuke.Common.Utilities.Collections;
using Serilog;

namespace Nuke.Common.Tests.Secrets;

/// <summary>Does with its secrets what it should not.</summary>
internal sealed class SecretBuild : NukeBuild
{
    [Parameter("On the command line")][Secret] readonly string Given;
    [Parameter("In the environment")][Secret] readonly string Ambient;
    [Parameter("In a file")][Secret] readonly string Stored;
    [Parameter(Separator = ";")][Secret] readonly string[] Several = [];

    string[] All => [Given, Ambient, Stored, .. Several];

    Target Logs => _ => _.Executes(() =>
    {
        foreach (var secret in All)
        {
            Log.Verbose("template {Secret}", secret);
            Log.Debug("literal {Secret:l}", secret);
            Log.Information($"interpolated {secret.Replace("{", "{{").Replace("}", "}}")}");
            Log.Information("object {@Secret} {Base}", new { Inner = secret }, Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)));
            Log.Warning("warning {Secret}", secret);
            Log.Error(new InvalidOperationException(secret, new IOException($"inner {secret}")), "error {Secret}", secret);
        }
    });

    Target Encodes => _ => _.Executes(() =>
    {
        foreach (var secret in All)
        {
            foreach (var user in new[] { string.Empty, "a", "ab", "abc", "user:" })
                Log.Warning("basic {Header:l}", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}{secret}:x")));
            Log.Warning("url {A:l} {B:l}", $"https://host/?k={Uri.EscapeDataString(secret)}", $"https://u:{WebUtility.UrlEncode(secret)}@host");
            Log.Warning("json {A:l} html {B:l}", System.Text.Json.JsonSerializer.Serialize(secret), WebUtility.HtmlEncode(secret));
        }
    });

    Target Throws => _ => _.Executes(() => throw new InvalidOperationException($"{Stored}\n{Given}", new IOException(Ambient)));

    Target Asserts => _ => _.Executes(() => Assert.Fail($"not {Ambient}"));

    Target Reports => _ => _.Executes(() => ReportSummary(entries => entries.AddPair("Given", Given).AddPair("Stored", Stored)));

    Target Starts => _ => _.Executes(() =>
    {
        var printf = ToolResolver.GetPathTool("printf");
        foreach (var secret in All)
        {
            printf($"%s {secret}");
            printf($"%s {secret:r}");
            ProcessTasks.StartProcess(
                    "sh",
                    "-c \"printf '%s' \\\"$KEY\\\"; printf '%s' \\\"$KEY\\\" >&2; printf '%s' \\\"$KEY\\\" | base64 -w 0\"",
                    environmentVariables: new Dictionary<string, string> { ["KEY"] = secret, ["PATH"] = EnvironmentInfo.GetVariable("PATH") })
                .AssertZeroExitCode();
        }

        ProcessTasks.StartProcess("sh", $"-c {$"echo {Given} >&2; exit 3"}").AssertZeroExitCode();
    });

    Target Conditional => _ => _.OnlyWhenDynamic(() => Fail(Given)).Executes(() => { });

    Target Needs => _ => _.Requires(() => Given == "no").Executes(() => { });

    public static int Run() => Execute<SecretBuild>(x => x.Logs);

    static bool Fail(string secret) => throw new InvalidOperationException(secret);
}
