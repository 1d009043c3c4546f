namespace Nuke.Common.Tooling;

/// <summary>Runs a program to its end and returns its output. The parameters are those of <see cref="ProcessTasks"/>' StartProcess.</summary>
/// <exception cref="ProcessException">The exit code is not 0 and there is no exit handler.</exception>
public delegate IReadOnlyCollection<Output> Tool(
    ArgumentStringHandler arguments,
    string workingDirectory = null,
    IReadOnlyDictionary<string, string> environmentVariables = null,
    int? timeout = null,
    bool? logOutput = null,
    bool? logInvocation = null,
    Action<OutputType, string> logger = null,
    Action<IProcess> exitHandler = null);
