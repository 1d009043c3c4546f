using System.Diagnostics;
using System.Globalization;

namespace OpticWorks.Acceptance.Transactions;

/// <summary>The program of an operator as a process that can be stopped, continued and killed.</summary>
internal sealed class Operator : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>A whole operation, on a busy computer.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromMinutes(5);

    private readonly Process _process;

    public Operator(params IReadOnlyList<string> arguments) =>
        _process = Process.Start(new ProcessStartInfo("dotnet", [typeof(Operator).Assembly.Location, .. arguments]) { RedirectStandardOutput = true })!;

    /// <summary>Reads what it says until a line begins with <paramref name="text"/>.</summary>
    public async Task<string> UntilAsync(string text)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.StartsWith(text, StringComparison.Ordinal))
                return line;
        }

        throw new InvalidOperationException($"It ended without saying \"{text}\".");
    }

    /// <summary>What it said until it ended, from where <see cref="UntilAsync"/> stopped reading.</summary>
    public string Output { get; private set; } = "";

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-s", name, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        kill.ExitCode.ShouldBe(0);
    }

    public bool HasEnded => _process.HasExited;

    /// <summary>SIGKILL; it may have ended by itself.</summary>
    public void Kill() => _process.Kill();

    public async Task<int> EndAsync()
    {
        using var limit = new CancellationTokenSource(EndLimit);
        Output = await _process.StandardOutput.ReadToEndAsync(limit.Token);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
