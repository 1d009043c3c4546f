namespace Nuke.Common.Tooling;

/// <summary>A process that was started.</summary>
public interface IProcess : IDisposable
{
    string FileName { get; }

    /// <summary>The arguments as they are shown: without redacted parts.</summary>
    string Arguments { get; }

    string WorkingDirectory { get; }

    /// <summary>The lines written so far, without redacted parts.</summary>
    IReadOnlyCollection<Output> Output { get; }

    int ExitCode { get; }

    bool HasExited { get; }

    int Id { get; }

    /// <summary>Ends the process and those it started.</summary>
    void Kill();

    /// <summary>Waits until it ends, or ends it at its timeout.</summary>
    /// <returns>Whether it ended by itself.</returns>
    bool WaitForExit();
}
