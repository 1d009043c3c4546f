using Nuke.Common.IO;
using Nuke.Common.ValueInjection;

namespace Nuke.Common.Execution;

/// <summary>
/// One start of the program: its arguments and what follows from them and the environment before a build exists.
/// Everything is read when first asked for, and asked for by <see cref="BuildRun"/> before a build is created.
/// </summary>
internal sealed class Invocation
{
    private AbsolutePath _root;
    private Host _host;
    private Verbosity? _verbosity;
    private string[] _profiles;
    private ParameterFiles _files;

    public Invocation(CommandLine commandLine)
    {
        CommandLine = commandLine;
        Variables = new EnvironmentVariables();
        WorkingDirectory = AbsolutePath.Create(Environment.CurrentDirectory);
    }

    public static Invocation Current
    {
        get => field ??= new Invocation(CommandLine.OfProcess());
        set;
    }

    public CommandLine CommandLine { get; }

    public EnvironmentVariables Variables { get; }

    public AbsolutePath WorkingDirectory { get; }

    public AbsolutePath RootDirectory => _root ??= FindRoot();

    public AbsolutePath NukeDirectory => RootDirectory / RootDirectorySearch.Marker;

    /// <summary>In old repositories <c>.nuke</c> is a file, and temporary files are beside it.</summary>
    public AbsolutePath TemporaryDirectory => NukeDirectory.FileExists() ? RootDirectory / ".tmp" : NukeDirectory / "temp";

    public ParameterFiles Files => _files ??= new ParameterFiles(NukeDirectory, RootDirectory, Profiles);

    public string[] Profiles => _profiles ??= EngineParameter.Strings(this, "Profile") ?? [];

    public Verbosity Verbosity
    {
        get => _verbosity ??= EngineParameter.Enum<Verbosity>(this, "Verbosity") ?? Verbosity.Normal;
        set => _verbosity = value;
    }

    public Host Host
    {
        get => _host ??= EngineParameter.Convert(this, "Host", HostSelection.FromName) ?? HostSelection.Detect();
        set => _host = value;
    }

    /// <summary>Whether output may ask a person something: a terminal at both ends, and nobody else's machine.</summary>
    public bool IsInteractive => Host is Terminal && !Console.IsInputRedirected && !Console.IsOutputRedirected;

    private AbsolutePath FindRoot()
    {
        var argument = CommandLine.Find("Root");
        if (argument is { Values.Count: 0 })
            return WorkingDirectory;
        return EngineParameter.Convert(this, "Root", ExistingDirectory)
            ?? RootDirectorySearch.Upwards(WorkingDirectory)
            ?? throw new BuildRefusal(
                $"Could not locate '.nuke' directory/file while walking up from '{WorkingDirectory}'.\n"
                + "Either create a directory/file to mark the root directory, or add '--root [path]' to the invocation.");
    }

    private AbsolutePath ExistingDirectory(string text)
    {
        var path = AbsolutePath.Create(Path.Combine(WorkingDirectory, text));
        return Directory.Exists(path) ? path : throw new FormatException("names no existing directory");
    }
}
