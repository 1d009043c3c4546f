using OpticWorks.Operations.Storefront.Cloudflare;
using OpticWorks.Operations.Storefront.Uploads;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Tests.Storefront;

/// <summary>wrangler's arguments and environment, and what it writes to its output file.</summary>
public sealed class WranglerTests
{
    private static readonly WranglerSettings Settings = new(new Tool("wrangler", "4.164.0", "/node", "test") { Leading = ["/wrangler.js"] },
        new Uri("https://api.cloudflare.com/client/v4"), "10ca10ca10ca10ca10ca10ca10ca10ca", "a-token", "shop", "staging");

    [Fact]
    public void A_version_is_uploaded_with_its_label_and_its_secrets_through_standard_input()
    {
        var secrets = new WorkerSecrets(new Dictionary<string, string> { ["SIGNING"] = "a+b\"c" });
        var command = Settings.Upload("/bundle", "/bundle/out.ndjson", "r-20261101-120000-aaaaaaa", "digest files -", new Dictionary<string, string> { ["RELEASE_ID"] = "r-1", ["KEY"] = "pk_1" }, secrets);
        command.ToString().ShouldBe("/node /wrangler.js versions upload --env staging --tag r-20261101-120000-aaaaaaa --message 'digest files -' --var KEY:pk_1 --var RELEASE_ID:r-1 --secrets-file /dev/stdin");
        command.StandardInput.ShouldBe("{\"SIGNING\":\"a+b\\\"c\"}");
        command.WorkingDirectory.ShouldBe("/bundle");
        command.Environment["CLOUDFLARE_API_TOKEN"].ShouldBe("a-token");
        command.Environment["CLOUDFLARE_ACCOUNT_ID"].ShouldBe("10ca10ca10ca10ca10ca10ca10ca10ca");
        command.Environment["CLOUDFLARE_API_BASE_URL"].ShouldBe("https://api.cloudflare.com/client/v4");
        command.Environment["WRANGLER_OUTPUT_FILE_PATH"].ShouldBe("/bundle/out.ndjson");
        command.Environment["WRANGLER_CI_OVERRIDE_NAME"].ShouldBe("shop");
        command.Environment["WRANGLER_SEND_METRICS"].ShouldBe("false");
    }

    [Fact]
    public void Without_secrets_nothing_is_read_from_standard_input() =>
        Settings.Upload("/b", "/o", "t", "m", new Dictionary<string, string>(), WorkerSecrets.None).StandardInput.ShouldBeNull();

    [Fact]
    public void The_rehearsal_asks_nobody() =>
        (Settings with { Environment = null }).Rehearse("/b", "/b/out").ToString().ShouldBe("/node /wrangler.js versions upload --dry-run --outdir /b/out");

    [Fact]
    public void A_Worker_is_created_with_a_message() => Settings.Create("/b", "/o", "placeholder").ToString().ShouldBe("/node /wrangler.js deploy --message placeholder");

    [Theory]
    [InlineData("", null, null)]
    [InlineData("{\"type\":\"wrangler-session\"}\n{\"type\":\"version-upload\",\"version_id\":\"v1\",\"worker_name\":\"shop\"}\n", "v1", null)]
    [InlineData("{\"type\":\"command-failed\",\"code\":10013,\"message\":\"no\"}\n", null, "no")]
    [InlineData("{\"type\":\"version-upload\",\"version_id\":\"v1\"}\n{\"type\":\"comm", "v1", null)]
    [InlineData("[1]\n\"text\"\n{\"type\":3}\n", null, null)]
    public void Its_output_file_tells_the_version(string text, string? version, string? failure)
    {
        var output = WranglerOutput.Read(text);
        output.VersionId.ShouldBe(version);
        output.Failure.ShouldBe(failure);
    }

    /// <summary>Whatever wrangler ends with: without a version in its output file nothing was made, and what it and the API said is told.</summary>
    [Theory]
    [InlineData("exit 0", "it says that it ended well, and names no version", "")]
    [InlineData("echo 'an API error [code: 10013]' >&2; exit 1", "exit 1", "an API error [code: 10013]")]
    [InlineData("""echo '{"type":"command-failed","message":"A request failed."}' >"$WRANGLER_OUTPUT_FILE_PATH"; printf '\033[31mA request failed.\033[0m\n  denied\n' >&2; exit 1""", "exit 1", "A request failed.\n  denied")]
    [InlineData("""echo '{"type":"command-failed","message":"A request failed."}' >"$WRANGLER_OUTPUT_FILE_PATH"; echo denied >&2; exit 1""", "exit 1", "A request failed.\ndenied")]
    [InlineData("exit 137", "ended by signal 9", "")]
    public async Task An_end_without_a_version_is_told(string script, string end, string seen)
    {
        using var folder = new TemporaryFolder();
        using var client = new HttpClient();
        var settings = Settings with { Wrangler = new Tool("wrangler", "4.164.0", "/bin/sh", "test") { Leading = ["-c", script, "sh"] } };
        var upload = new WorkerUpload(settings, new CloudflareApi(client, settings.Api, settings.Account, settings.Worker, settings.Token), CloudflareLimits.Default, new Recorder());

        var failure = await Should.ThrowAsync<OperationException>(() => upload.CreateAsync(folder.At("placeholder"), default));

        (failure.Message, failure.Where, failure.Seen).ShouldBe(("The Worker shop could not be created", $"wrangler 4.164.0 ({end})", seen));
        failure.Next.ShouldNotBeNull();
    }
}
