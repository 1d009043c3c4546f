using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Build.Output;
using OpticWorks.Operations;
using OpticWorks.Operations.Health;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Operate, "Logs --environment staging --instance api-1:9001 --since 10m --grep ECONN",
    Effects = "Nothing",
    Needs = "--environment; SSH as the deploy user, who may read the journal",
    Undo = "There is nothing to undo")]
internal interface ILogs : IHazSight
{
    [Parameter("Only this instance, for example api-1:9001, or all of one host, for example api-1")]
    [CommandLineOnly]
    string? Instance => TryGetValue(() => Instance);

    [Parameter("How far back, for example 90s, 10m (default), 2h")]
    [CommandLineOnly]
    string? Since => TryGetValue(() => Since);

    [Parameter("Go on with what comes, until Ctrl-C")]
    [CommandLineOnly]
    bool? Follow => TryGetValue<bool?>(() => Follow);

    [Parameter("Only messages that this Perl-compatible expression matches; case matters when it holds a capital letter")]
    [CommandLineOnly]
    string? Grep => TryGetValue(() => Grep);

    Target Logs => _ => _
        .Description("Show the instances' logs as one, in the order of time")
        .Requires(() => EnvironmentName)
        .Executes(() => Run(LogsAsync, changesNothing: true));

    private async Task LogsAsync(CancellationToken cancellationToken)
    {
        var environment = LoadEnvironment();
        var wish = LogWish.Of(environment, Instance, Since, Follow ?? false, Grep);
        if (wish.Follow && StandardOutput.Document is not null)
            throw OperationException.Configuration("One JSON document cannot follow what comes", "--follow without --output json, or the other way round");
        try
        {
            await HideSecretsAsync(environment, cancellationToken).ConfigureAwait(false);
            var connect = await ConnectorAsync(environment, asProvisionUser: false, cancellationToken).ConfigureAwait(false);
            var lines = new List<object>();
            Session.Data["lines"] = lines;
            await new StoreLogs(connect, Narrator).ReadAsync(wish, line =>
            {
                if (StandardOutput.Document is not null)
                    lines.Add(new { line.At, line.Instance, line.Text });
                else
                    Print(line, wish.Width);
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (wish.Follow && cancellationToken.IsCancellationRequested)
        {
            // Whoever follows ends it like this; nothing was begun that would have to be undone.
        }
    }

    private static void Print(LogLine line, int width)
    {
        foreach (var text in line.Print(width, Session.Scrubber.Scrub))
            Console.Out.WriteLine(text);
    }
}
