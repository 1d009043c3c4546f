using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Operations.Tests.Environments;

public sealed class SecretStoreTests : IDisposable
{
    private readonly EnvironmentFolder _folder = new();
    private readonly Scrubber _scrubber = new();
    private readonly Recorder _recorder = new();
    private readonly Dictionary<string, string> _variables = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Variables_files_commands_and_texts_are_resolved()
    {
        _variables["TOKEN"] = "from-the-variable";
        Private(_folder.Write("secrets/key", "from-the-file\n\n"));
        var store = Store();

        await store.ResolveAsync(Named("env:TOKEN", "file:secrets/key", "command:printf '%s\\n' 'from the command'", "text:public"));

        Value(store, "env:TOKEN").ShouldBe("from-the-variable");
        Value(store, "file:secrets/key").ShouldBe("from-the-file\n", "only the last line break goes");
        Value(store, "command:printf '%s\\n' 'from the command'").ShouldBe("from the command");
        Value(store, "text:public").ShouldBe("public");
        _recorder.Lines.ShouldBeEmpty();
        _scrubber.Scrub("a from-the-variable b from the command c public").ShouldBe("a [secret:s0] b [secret:s2] c public");
    }

    [Fact]
    public async Task Everything_missing_is_named_at_once()
    {
        _variables["EMPTY"] = "";
        _folder.Write("big", new byte[70_000]);
        _folder.Write("binary", [0xFF, 0x00]);

        var error = await Should.ThrowAsync<OperationException>(() => Store().ResolveAsync(Named(
            "env:UNSET", "env:EMPTY", "file:none", "file:.nuke", "file:big", "file:binary", "command:no-such-program-here x",
            "command:sh -c 'echo hunter2; echo denied >&2; exit 7'", "command:true", "env:UNSET")));

        error.Explain().ShouldBe("""
            9 secrets are missing (exit 2)
              seen    s0, s9  env:UNSET is not set
                      s1      env:EMPTY is empty
                      s2      file:none does not exist
                      s3      file:.nuke is a folder
                      s4      file:big is larger than 64 KiB
                      s5      file:binary is not UTF-8 text
                      s6      command:no-such-program-here x cannot be started: there is no program no-such-program-here
                      s7      command:sh -c 'echo hunter2; echo denied >&2; exit 7' ended with exit code 7: denied
                      s8      command:true is empty
              next    set the variables, write the files or repair the commands that the environment file names
            """);
    }

    [Fact]
    public async Task A_command_that_waits_is_ended_and_its_output_not_shown()
    {
        var store = new SecretStore(_folder.Root, _scrubber, _recorder) { CommandLimit = TimeSpan.FromMilliseconds(100) };

        var error = await Should.ThrowAsync<OperationException>(() => store.ResolveAsync(Named("command:sh -c 'echo hun\"\"ter2; sleep 300'")));

        error.Explain().ShouldContain("did not end within 100ms (a program that asks a question?)");
        error.Explain().ShouldNotContain("hunter2");
    }

    [AnsibleFact("ansible-vault")]
    public async Task A_value_in_an_Ansible_vault_is_a_command()
    {
        Private(_folder.Write("vault password", "open sesame\n"));
        var path = _folder.Write("redis", "from-the-vault\n");
        (await LocalProcess.RunAsync(new LocalCommand("ansible-vault", "encrypt", "--vault-password-file", "vault password", "redis")
        {
            WorkingDirectory = _folder.Root,
        })).OrFail("ansible-vault encrypt");
        (await File.ReadAllTextAsync(path)).ShouldStartWith("$ANSIBLE_VAULT");
        var store = Store();

        await store.ResolveAsync(Named("command:ansible-vault view --vault-password-file 'vault password' redis"));

        Value(store, "command:ansible-vault view --vault-password-file 'vault password' redis").ShouldBe("from-the-vault");
    }

    [Fact]
    public async Task A_file_that_everybody_can_read_is_pointed_out()
    {
        var path = _folder.Write("key", "open-secret");
        SetMode(path, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        await Store().ResolveAsync(Named("file:key"));

        _recorder.Lines.ShouldBe(["secrets! every user of this machine can read key (s0); chmod 600 key"]);
    }

    [Fact]
    public async Task A_value_too_short_to_hide_is_pointed_out()
    {
        _variables["PIN"] = "12345";

        await Store().ResolveAsync(Named("env:PIN"));

        _recorder.Lines.ShouldBe(["secrets! s0 is shorter than 6 characters and cannot be hidden in output"]);
    }

    [Fact]
    public async Task A_secret_is_read_once()
    {
        var store = Store();
        await store.ResolveAsync(Named("command:sh -c 'echo x >> count; cat count'"));
        await store.ResolveAsync(Named("command:sh -c 'echo x >> count; cat count'"));

        (await File.ReadAllTextAsync(Path.Combine(_folder.Root, "count"))).ShouldBe("x\n");
    }

    [Fact]
    public void A_secret_that_was_not_resolved_is_a_mistake_of_the_program() =>
        Should.Throw<InvalidOperationException>(() => Value(Store(), "env:X"));

    private SecretStore Store() => new(_folder.Root, _scrubber, _recorder) { Variables = name => _variables.GetValueOrDefault(name) };

    private static IEnumerable<NamedSecret> Named(params string[] references) =>
        references.Select((reference, index) => new NamedSecret($"s{index}", SecretReference.Parse(reference)));

    private static string Value(SecretStore store, string reference) => store.Value(SecretReference.Parse(reference));

    private static void Private(string path) => SetMode(path, UnixFileMode.UserRead);

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
    }
}
