namespace OpticWorks.Operations;

/// <summary>The exit codes of the program: one table for people, scripts and workflows.</summary>
public static class ExitCodes
{
    public const int Done = 0;

    /// <summary>Configuration, a program, a right or a confirmation is missing. Nothing was begun.</summary>
    public const int Configuration = 2;

    /// <summary>Another operation holds the lease, or the environment is frozen.</summary>
    public const int Locked = 3;

    /// <summary>A preflight check refused. Nothing was changed.</summary>
    public const int PreflightRefused = 4;

    /// <summary>Failed, and everything that had been done was undone.</summary>
    public const int FailedAndUndone = 5;

    /// <summary>Failed, and not everything could be undone. A person is needed.</summary>
    public const int FailedAndNotUndone = 6;

    /// <summary>The evidence decides nothing either way.</summary>
    public const int Inconclusive = 7;

    public const int MigrationsPending = 8;

    public const int NoFreshBackup = 9;

    /// <summary>Interrupted by a signal, and undone.</summary>
    public const int Interrupted = 130;

    /// <summary>The engine's own: unknown target, unusable parameter, failed target without a code.</summary>
    public const int Engine = 255;
}
