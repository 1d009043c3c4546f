using System.Collections;
using Nuke.Common.Execution;
using Nuke.Common.Tooling;
using Nuke.Common.ValueInjection;

namespace Nuke.Common.Tests.Golden;

/// <summary>
/// Runs builds in this process as if each were started anew: in a repository of its own, with hardly any environment, and with the console
/// captured.
/// </summary>
public sealed class TestRun : IDisposable
{
    private static readonly string[] KeptVariables = ["PATH", "HOME", "TMPDIR", "DOTNET_ROOT", "USERPROFILE", "SystemRoot"];

    private readonly Dictionary<string, string> _variables;
    private readonly string _workingDirectory = Environment.CurrentDirectory;

    public TestRun()
    {
        Root = Directory.CreateTempSubdirectory("engine-").FullName;
        Directory.CreateDirectory(Path.Combine(Root, ".nuke"));
        _variables = Environment.GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value);
        foreach (var name in _variables.Keys.Except(KeptVariables))
            Environment.SetEnvironmentVariable(name, null);
        Environment.CurrentDirectory = Root;
        ProcessTasks.DefaultWorkingDirectory = Root;
    }

    public string Root { get; }

    public TestRun WithFile(string path, string content)
    {
        var file = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file));
        File.WriteAllText(file, content);
        return this;
    }

    public TestRun WithVariable(string name, string value)
    {
        Environment.SetEnvironmentVariable(name, value);
        return this;
    }

    public string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public BuildResult Execute(Func<int> build, string arguments = "") =>
        Execute(build, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    public BuildResult Execute(Func<int> build, string[] arguments)
    {
        var console = Console.Out;
        using var output = new StringWriter { NewLine = "\n" };
        try
        {
            Console.SetOut(output);
            Invocation.Current = new Invocation(new CommandLine(arguments));
            var exitCode = build();
            return new BuildResult(exitCode, output.ToString());
        }
        finally
        {
            Console.SetOut(console);
        }
    }

    public void Dispose()
    {
        Environment.CurrentDirectory = _workingDirectory;
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
            Environment.SetEnvironmentVariable((string)entry.Key, null);
        foreach (var (name, value) in _variables)
            Environment.SetEnvironmentVariable(name, value);
        Directory.Delete(Root, recursive: true);
    }
}
