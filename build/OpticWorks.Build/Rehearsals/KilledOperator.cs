using System.Text.RegularExpressions;
using OpticWorks.Operations;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Build.Rehearsals;

/// <summary>This program once more, as a process of its own, which is killed (SIGKILL) in the middle of what it does.</summary>
internal static partial class KilledOperator
{
    /// <summary>A deployment that has not switched its first instance by then does not get that far.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>So long after the first instance was switched: the second one is being switched then.</summary>
    private static readonly TimeSpan After = TimeSpan.FromMilliseconds(700);

    /// <summary>This program with other words.</summary>
    /// <param name="arguments">Target and options.</param>
    public static LocalCommand Command(string directory, params IReadOnlyList<string> arguments) =>
        new(Environment.ProcessPath!, [typeof(KilledOperator).Assembly.Location, .. arguments])
        {
            WorkingDirectory = directory,
            Environment = new Dictionary<string, string?> { ["NO_COLOR"] = "1", ["TERM"] = "dumb", ["GITHUB_STEP_SUMMARY"] = null },
            Limit = Limit,
        };

    /// <summary>Starts it and kills it and its children shortly after its first instance was seen to be right.</summary>
    /// <exception cref="OperationException">It ended by itself, or took too long.</exception>
    public static async Task RunAsync(LocalCommand command, INarrator narrator, CancellationToken interrupt)
    {
        using var kill = CancellationTokenSource.CreateLinkedTokenSource(interrupt);
        var killed = 0;
        try
        {
            var result = await LocalProcess.RunAsync(command, line =>
            {
                if (Told().Match(line) is not { Success: true } told)
                    return;
                narrator.Say("operator", told.Groups[1].Value.TrimEnd());
                if (IsFirstSwitch(told.Groups[1].Value) && Interlocked.Exchange(ref killed, 1) == 0)
                    kill.CancelAfter(After);
            }, kill.Token).ConfigureAwait(false);
            throw new OperationException($"The operator's program ended before it could be killed (exit {result.ExitCode})", ExitCodes.Engine) { Where = command.ToString(), Seen = result.Tail() };
        }
        catch (OperationCanceledException) when (!interrupt.IsCancellationRequested)
        {
            narrator.Say("operator", "killed (SIGKILL) while it switched the second instance");
        }
    }

    /// <summary>Whether the text of a line says that an instance was switched and is right.</summary>
    internal static bool IsFirstSwitch(string text) => text.StartsWith("switch ", StringComparison.Ordinal) && text.Contains("  verified: ", StringComparison.Ordinal);

    /// <summary>A fact as <see cref="Output.ConsoleNarrator"/> writes it: time, topic, text.</summary>
    [GeneratedRegex(@"\A[0-9]{2}:[0-9]{2}:[0-9]{2}  (.+)\z")]
    private static partial Regex Told();
}
