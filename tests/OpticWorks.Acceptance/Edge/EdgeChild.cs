using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations;
using OpticWorks.Operations.Rehearsal;

namespace OpticWorks.Acceptance.Edge;

/// <summary>Starts a local edge and stays, so that a test can kill it: <c>edge FOLDER</c>.</summary>
internal static class EdgeChild
{
    public static async Task<int> RunAsync(IReadOnlyList<string> words)
    {
        var secrets = new LocalSecrets(Path.Combine(words[0], "secrets"));
        secrets.Ensure();
        await new LocalEdge(Path.Combine(words[0], "edge"), secrets, TestTools.In(LocalPlace.Cache), new RehearsalChild.ConsoleNarrator()).UpAsync();
        await Task.Delay(Timeout.Infinite);
        return ExitCodes.Done;
    }
}
