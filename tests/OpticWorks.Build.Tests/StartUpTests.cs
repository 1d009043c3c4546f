using OpticWorks.Operations.Processes;

namespace OpticWorks.Build.Tests;

/// <summary>build.sh with a stand-in for the SDK that notes what it is asked and "compiles" by making a file.</summary>
public sealed class StartUpTests : IDisposable
{
    private const string FakeDotnet =
        """
        #!/bin/sh
        echo "$*" >> "$FAKE_LOG"
        case $1 in
          --version) [ -z "$FAKE_NO_SDK" ] || exit 1; echo 10.0.400;;
          publish|build) [ -z "$FAKE_NO_CROSSGEN" ] || [ $1 = build ] || { echo "$FAKE_NO_CROSSGEN"; exit 1; }
            [ -z "$FAKE_BROKEN" ] || { echo "Program.cs(1,1): error CS1002: ; expected"; exit 1; }
            [ -z "$FAKE_SLOW" ] || sleep 1
            while [ "$1" != -o ]; do shift; done; mkdir -p "$2"; cp "$FAKE_ROOT/build/OpticWorks.Build/Program.cs" "$2/OpticWorks.Build.dll";;
          *) shift; printf 'ran'; printf ' [%s]' "$@"; exit ${FAKE_EXIT:-0};;
        esac
        """;

    private readonly TemporaryRoot _root = new();

    public StartUpTests()
    {
        foreach (var file in new[] { "build.sh", "global.json", "Directory.Build.props", "Directory.Packages.props" })
            _root.CopyFromCheckout(file);
        _root.Write("build/OpticWorks.Build/OpticWorks.Build.csproj", "<Project/>");
        _root.Write("build/OpticWorks.Build/Program.cs", "one");
        Executable("bin/dotnet", FakeDotnet);
        File.SetUnixFileMode(_root.At("build.sh"), (UnixFileMode)0b111_101_101);
    }

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task It_compiles_once_and_passes_arguments_and_exit_code_on()
    {
        var first = await RunAsync(["Deploy", "two words", "--x"], ("FAKE_EXIT", "42"));
        var second = await RunAsync(["Deploy"]);

        (first.ExitCode, first.Output.Trim()).ShouldBe((42, "ran [Deploy] [two words] [--x]"));
        second.ExitCode.ShouldBe(0);
        Compilations().ShouldBe(1);
    }

    [Fact]
    public async Task A_change_of_times_alone_does_not_compile_again()
    {
        await RunAsync([]);
        foreach (var file in Directory.EnumerateFiles(_root.At("build"), "*", SearchOption.AllDirectories))
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(1));

        await RunAsync([]);

        Compilations().ShouldBe(1);
    }

    [Theory]
    [InlineData("build/OpticWorks.Build/Program.cs", "two")]
    [InlineData("build/OpticWorks.Build/Added.cs", "")]
    [InlineData("build/Nuke.Common/New.csproj", "<Project/>")]
    [InlineData("build/OpticWorks.Operations/Database/read.cjs", "")]
    [InlineData("build/OpticWorks.Operations/Toolchain/pnpm-lock.yaml", "")]
    [InlineData("Directory.Packages.props", "<Project></Project>")]
    [InlineData("global.json", "{}")]
    public async Task A_change_of_contents_compiles_again(string file, string text)
    {
        await RunAsync([]);
        _root.Write(file, text);

        await RunAsync([]);

        Compilations().ShouldBe(2);
    }

    [Fact]
    public async Task Going_back_to_earlier_contents_finds_the_earlier_program()
    {
        await RunAsync([]);
        _root.Write("build/OpticWorks.Build/Program.cs", "two");
        await RunAsync([]);
        _root.Write("build/OpticWorks.Build/Program.cs", "one");

        await RunAsync([]);

        Compilations().ShouldBe(2);
    }

    [Fact]
    public async Task Two_at_once_compile_once()
    {
        var both = await Task.WhenAll(RunAsync(["a"], ("FAKE_SLOW", "1")), RunAsync(["b"], ("FAKE_SLOW", "1")));

        both.Select(run => run.Output.Trim()).ShouldBe(["ran [a]", "ran [b]"]);
        Compilations().ShouldBe(1);
    }

    [Theory]
    [InlineData("error NU1101: Unable to find package Microsoft.NETCore.App.Crossgen2.linux-x64")]
    [InlineData("error NETSDK1094: Unable to optimize assemblies for performance: a valid runtime package was not found. Either set the PublishReadyToRun property to false")]
    public async Task Without_the_compiler_of_native_code_it_compiles_at_run_time(string complaint)
    {
        var run = await RunAsync(["Deploy"], ("FAKE_NO_CROSSGEN", complaint));

        (run.ExitCode, run.Output.Trim()).ShouldBe((0, "ran [Deploy]"));
        Commands().ShouldBe(["publish", "build"]);
    }

    [Fact]
    public async Task A_program_that_does_not_compile_is_shown_and_nothing_runs()
    {
        var run = await RunAsync(["Deploy"], ("FAKE_BROKEN", "1"));

        Commands().ShouldBe(["publish"], "a second try would not compile either");
        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain("error CS1002");
        run.Error.ShouldContain("does not compile");
        run.Output.ShouldNotContain("ran");
        (await RunAsync(["Deploy"])).Output.ShouldContain("ran [Deploy]", customMessage: "the next one starts afresh");
    }

    [Fact]
    public async Task Without_a_usable_SDK_that_of_global_json_is_installed()
    {
        Executable("bin/curl", """
            #!/bin/sh
            while [ "$1" != -o ]; do shift; done
            printf 'mkdir -p "$4"; sed "s/FAKE_NO_SDK/NEVER/" "$FAKE_ROOT/bin/dotnet" > "$4/dotnet"; chmod +x "$4/dotnet"; echo "installed $2" >> "$FAKE_LOG"\n' > "$2"
            """);

        var run = await RunAsync(["x"], ("FAKE_NO_SDK", "1"));

        run.Output.Trim().ShouldBe("ran [x]");
        File.ReadAllLines(_root.At("log")).ShouldContain("installed 10.0.400");
        Directory.GetFiles(_root.At(".nuke/temp"), "dotnet-install*").ShouldBeEmpty();
    }

    [Fact]
    public async Task An_SDK_that_cannot_be_had_is_named()
    {
        Executable("bin/curl", "#!/bin/sh\nexit 6\n");

        var run = await RunAsync(["x"], ("FAKE_NO_SDK", "1"));

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain("the .NET SDK 10.0.400 is missing");
    }

    [Fact]
    public async Task It_starts_from_any_folder_and_stays_in_it()
    {
        Executable("bin/dotnet", FakeDotnet.Replace("printf 'ran'", "pwd"));
        var elsewhere = Directory.CreateDirectory(_root.At("elsewhere")).FullName;

        var run = await RunAsync([], directory: elsewhere);

        run.Output.ShouldStartWith(elsewhere);
    }

    private int Compilations() => Commands().Count();

    /// <summary>What compiled: "publish", "build".</summary>
    private IEnumerable<string> Commands() => File.ReadAllLines(_root.At("log")).Select(line => line.Split(' ')[0]).Where(command => command is "publish" or "build");

    private void Executable(string relative, string text)
    {
        var path = _root.Write(relative, text.ReplaceLineEndings("\n") + "\n");
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
    }

    private Task<ProcessResult> RunAsync(string[] arguments, (string Name, string Value)? variable = null, string? directory = null)
    {
        var environment = new Dictionary<string, string?>
        {
            ["PATH"] = $"{_root.At("bin")}:/usr/local/bin:/usr/bin:/bin",
            ["FAKE_LOG"] = _root.At("log"),
            ["FAKE_ROOT"] = _root.Path,
            ["NukeVersion"] = null,
        };
        if (variable is { } set)
            environment[set.Name] = set.Value;
        return LocalProcess.RunAsync(new LocalCommand(_root.At("build.sh"), arguments)
        {
            WorkingDirectory = directory ?? _root.Path,
            Environment = environment,
            Limit = TimeSpan.FromMinutes(1),
        });
    }
}
