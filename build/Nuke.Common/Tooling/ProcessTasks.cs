using System.Diagnostics;
using Nuke.Common.IO;
using Nuke.Common.Utilities;
using Serilog;

namespace Nuke.Common.Tooling;

/// <summary>Starts processes.</summary>
public static class ProcessTasks
{
    public static bool DefaultLogOutput = true;

    public static bool DefaultLogInvocation = true;

    public static bool LogWorkingDirectory;

    /// <summary>Where processes start unless told otherwise: the working directory of the program at its start.</summary>
    public static string DefaultWorkingDirectory = Environment.CurrentDirectory;

    public static IProcess StartShell(
        string command,
        string workingDirectory = null,
        IReadOnlyDictionary<string, string> environmentVariables = null,
        int? timeout = null,
        bool? logOutput = null,
        bool? logInvocation = null,
        Action<OutputType, string> logger = null,
        Func<string, string> outputFilter = null)
    {
        var shell = EnvironmentInfo.IsWin ? "cmd.exe" : "bash";
        var arguments = $"{(EnvironmentInfo.IsWin ? "/c" : "-c")} {command.DoubleQuote()}";
        return StartProcess(
            ToolPathResolver.GetPathExecutable(shell),
            arguments,
            workingDirectory,
            environmentVariables,
            timeout,
            logOutput,
            logInvocation,
            logger,
            outputFilter);
    }

    public static IProcess StartProcess(
        string toolPath,
        ArgumentStringHandler arguments,
        string workingDirectory = null,
        IReadOnlyDictionary<string, string> environmentVariables = null,
        int? timeout = null,
        bool? logOutput = null,
        bool? logInvocation = null,
        Action<OutputType, string> logger = null)
    {
        var filter = arguments.GetFilter();
        return StartProcess(
            toolPath,
            arguments.ToStringAndClear(),
            workingDirectory,
            environmentVariables,
            timeout,
            logOutput,
            logInvocation,
            logger,
            filter);
    }

    /// <summary>Starts a program of a path, or one found in PATH.</summary>
    /// <param name="toolPath">The program; a <c>.dll</c> is started with dotnet.</param>
    /// <param name="arguments">One text that is split at spaces outside of double quotes.</param>
    /// <param name="workingDirectory">See <see cref="DefaultWorkingDirectory"/>.</param>
    /// <param name="environmentVariables">All variables of the process; null for those of this one.</param>
    /// <param name="timeout">Milliseconds after which it is ended.</param>
    /// <param name="logOutput">Whether its lines are logged.</param>
    /// <param name="logInvocation">Whether the command is logged.</param>
    /// <param name="logger">Receives its lines instead of <see cref="DefaultLogger"/>.</param>
    /// <param name="outputFilter">Changes the command and each line before they are kept or logged.</param>
    public static IProcess StartProcess(
        string toolPath,
        string arguments = null,
        string workingDirectory = null,
        IReadOnlyDictionary<string, string> environmentVariables = null,
        int? timeout = null,
        bool? logOutput = null,
        bool? logInvocation = null,
        Action<OutputType, string> logger = null,
        Func<string, string> outputFilter = null)
    {
        outputFilter ??= text => text;
        var start = new ProcessStartInfo
        {
            FileName = ExecutableOf(toolPath, ref arguments),
            Arguments = arguments ?? string.Empty,
            WorkingDirectory = workingDirectory ?? DefaultWorkingDirectory
        };
        Assert.DirectoryExists(start.WorkingDirectory);
        if (environmentVariables != null)
        {
            start.Environment.Clear();
            foreach (var (name, value) in environmentVariables)
                start.Environment[name] = value;
        }

        if (logInvocation ?? DefaultLogInvocation)
            LogInvocation(start, outputFilter);
        return ToolProcess.Start(start, timeout, (logOutput ?? DefaultLogOutput) ? logger ?? DefaultLogger : null, outputFilter);
    }

    /// <summary>Standard output at Debug, standard error at Error.</summary>
    public static void DefaultLogger(OutputType type, string output)
    {
        if (type == OutputType.Std)
            Log.Debug("{Output:l}", output);
        else
            Log.Error("{Output:l}", output);
    }

    private static string ExecutableOf(string toolPath, ref string arguments)
    {
        Assert.NotNull(toolPath);
        if (toolPath.EndsWithOrdinalIgnoreCase(".dll"))
        {
            arguments = $"{toolPath.DoubleQuoteIfNeeded()} {arguments}".TrimEnd();
            return ToolPathResolver.TryGetEnvironmentExecutable("DOTNET_EXE") ?? ToolPathResolver.GetPathExecutable("dotnet");
        }

        if (!PathConstruction.HasPathRoot(toolPath))
            return ToolPathResolver.GetPathExecutable(toolPath);
        Assert.FileExists(toolPath);
        return toolPath;
    }

    private static void LogInvocation(ProcessStartInfo start, Func<string, string> filter)
    {
        Log.Information("> {Command:l}", $"{start.FileName.DoubleQuoteIfNeeded()} {filter(start.Arguments)}".TrimEnd());
        if (LogWorkingDirectory)
            Log.Information("@ {WorkingDirectory:l}", start.WorkingDirectory);
    }
}
