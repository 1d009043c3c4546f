using System.Text;
using Nuke.Common.Tests.Golden;
using Nuke.Common.ValueInjection;

namespace Nuke.Common.Tests.Secrets;

/// <summary>Whatever a build does with a secret through the engine, no output and no file of the repository shows it.</summary>
[Collection(BuildCollection.Name)]
public sealed class SecretScanTests : IDisposable
{
    private const string Given = "Given\"secret+42/äß&%x y";
    private const string Ambient = "-----BEGIN KEY-----\nMIIEvQIBADANBgkq+hkiG9w0\nBAQEFAASCBKcwgg/jAgEAAoIB\n-----END KEY-----\n";
    private const string Stored = "stored<'secret'>$(id)\\{0}|`77";
    private const string First = "first-of-several";
    private const string Second = "second/of=several";
    private const string Password = "the password of the file";

    private static readonly string[] Secrets = [Given, Ambient, Stored, First, Second, Password];

    private readonly TestRun _run = new();

    public SecretScanTests()
    {
        var stored = System.Text.Json.JsonSerializer.Serialize(Encryption.Encrypt(Stored, Password));
        _run.WithFile(".nuke/parameters.json", $$"""{ "Stored": {{stored}} }""")
            .WithFile("build.cmd", string.Empty)
            .WithVariable("AMBIENT", Ambient)
            .WithVariable("PARAMS_KEY", Password);
    }

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("logs")]
    [InlineData("encodes")]
    [InlineData("throws")]
    [InlineData("asserts")]
    [InlineData("reports")]
    [InlineData("starts")]
    [InlineData("conditional")]
    [InlineData("needs")]
    public void Nothing_a_target_does_shows_a_secret(string target)
    {
        string[] arguments = [target, "--given", Given, "--several", $"{First};{Second}", "--verbosity"];
        var output = _run.Execute(SecretBuild.Run, [.. arguments, "verbose"]).Output
            + _run.Execute(SecretBuild.Run, [.. arguments, "verbose", "--continue"]).Output
            + _run.Execute(SecretBuild.Run, [.. arguments, "normal"]).Output
            + _run.WithVariable("GITHUB_STEP_SUMMARY", Path.Combine(_run.Root, "summary.md"))
                .Execute(SecretBuild.Run, [.. arguments, "normal", "--host", "GitHubActions"]).Output;

        ShouldShowNothing(output);
        if (target != "needs")
            output.ShouldContain("[REDACTED]");
        if (target is "logs" or "encodes" or "throws" or "starts")
            _run.Read(".nuke/temp/build.log").ShouldContain("[REDACTED]");
        _run.Read("summary.md").ShouldContain("### Build ");
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("--plan")]
    [InlineData("--shell-completion")]
    [InlineData("--verbosity", "bogus")]
    [InlineData("--unknown", "x")]
    [InlineData("--skip", "nosuch")]
    [InlineData("--target", "nosuch")]
    [InlineData("--partition", "9")]
    public void Nothing_the_engine_answers_or_generates_shows_a_secret(params string[] arguments)
    {
        ShouldShowNothing(_run.Execute(SecretBuild.Run, [.. arguments, "--given", Given, "--several", $"{First};{Second}"]).Output);
        ShouldShowNothing(_run.Execute(SecretBuild.Run, [":complete", "build --given "]).Output);
    }

    [Theory]
    [InlineData("--given", Given, Second)]
    [InlineData("--given=" + Given)]
    [InlineData("--givn", Given)]
    [InlineData("--given", Given, "--number", Second)]
    public void No_refusal_repeats_a_secret(params string[] arguments)
    {
        var result = _run.Execute(SecretBuild.Run, arguments);

        result.ExitCode.ShouldBe(255);
        ShouldShowNothing(result.Output);
    }

    [Fact]
    public void The_scan_finds_every_form()
    {
        foreach (var secret in Secrets)
        {
            var bytes = Encoding.UTF8.GetBytes(secret);
            string[] texts =
            [
                $"x{secret}y", Uri.EscapeDataString(secret), Convert.ToBase64String(bytes), Convert.ToBase64String([1, .. bytes, 2]),
                Convert.ToBase64String([1, 2, .. bytes, 3]), Convert.ToBase64String([1, 2, 3, .. bytes])
            ];
            foreach (var text in texts)
                SecretScan.Find(text, Secrets).ShouldNotBeEmpty(text);
        }
    }

    private void ShouldShowNothing(string output)
    {
        SecretScan.Find(output, Secrets).ShouldBeEmpty(output);
        var files = Directory.GetFiles(_run.Root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 });
        files.ShouldNotBeEmpty();
        foreach (var file in files)
            SecretScan.Find(File.ReadAllText(file), Secrets).ShouldBeEmpty(file);
    }
}
