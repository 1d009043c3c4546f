using NSubstitute;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Health;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Tests.Environments;

namespace OpticWorks.Operations.Tests.Health;

public sealed class DossierTests
{
    private static readonly DateTimeOffset Since = DateTimeOffset.FromUnixTimeSeconds(1795446571);

    [Fact]
    public void Commands_read_only_and_their_values_are_words()
    {
        DossierCommands.Status("medusa@9001.service", "a'b").ToString().ShouldBe(
            """bash -eu -o pipefail -c 'systemctl status --no-pager --full --lines=0 -- "$@" || [ $? -eq 3 ]' opticworks medusa@9001.service 'a'\''b'""");
        DossierCommands.Journal([9001, 9002], Since).ToString().ShouldBe(
            "journalctl --no-pager --output=short-iso-precise --since=@1795446571 --lines=400 --unit=medusa@9001.service --unit=medusa@9002.service");
        DossierCommands.Sockets.ToString().ShouldBe("ss -ltn && ss -s");
    }

    [Fact]
    public void Everything_on_the_page_is_scrubbed_and_then_escaped()
    {
        const string Evil = "<script>alert(1)</script>&\"'secret\u001b[31m\0";

        var page = DossierPage.Html(Evil, Evil, Since, Since, [new(Evil, Evil, Evil)], text => text.Replace("secret", "<gone>"));

        page.ShouldNotContain("<script");
        page.ShouldNotContain("secret");
        page.ShouldNotContain("<gone>");
        page.ShouldNotContain("\u001b");
        page.Split("&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#39;&lt;gone&gt;\uFFFD[31m\uFFFD").Length.ShouldBe(8);
    }

    [Fact]
    public void The_end_of_a_long_part_stays()
    {
        var page = DossierPage.Html("t", "w", Since, Since, [new("h", "log", new string('a', DossierPage.MostCharacters) + "the end")], text => text);

        page.ShouldContain("7 characters before this were cut off");
        page.ShouldContain("the end</pre>");
    }

    [Fact]
    public async Task What_cannot_be_had_says_so_in_its_place_and_the_rest_is_there()
    {
        var environment = EnvironmentFile.Load(EnvironmentFolder.Repository(), "staging");

        var page = await Dossier.CollectAsync(environment, settings => settings.Name == "api-1" ? Host(null) : Host("seen on it\n"),
            [.. environment.Hosts], "DeployBackend failed", "503", Since, text => text, CancellationToken.None);

        page.ShouldContain("could not be had: api-1 cannot be reached");
        page.ShouldContain("seen on it");
        page.Split("<h2 ").Length.ShouldBe(environment.Hosts.Count + 2 + 1);
    }

    [Fact]
    public async Task Cancelled_it_is_not_collected()
    {
        var environment = EnvironmentFile.Load(EnvironmentFolder.Repository(), "staging");

        await Should.ThrowAsync<OperationCanceledException>(() => Dossier.CollectAsync(environment, _ => Host(null),
            [.. environment.Hosts], "t", "w", Since, text => text, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void HAProxys_row_shows_what_is_set() =>
        Dossier.Rows("# pxname,svname,scur,status,weight,last_chk,\nmedusa,api-1-9001,3,DOWN,100,,\nmedusa,api-2-9001,0,UP,100,OK,\nmedusa,BACKEND,1,UP,2,,\n", "medusa", ["api-1-9001"])
            .ShouldBe("pxname=medusa  svname=api-1-9001  scur=3  status=DOWN  weight=100");

    [Theory]
    [InlineData("r-20261122-141203-3f9c2ab", "dossier-r-20261122-141203-3f9c2ab.html")]
    [InlineData("../../etc/x y", "dossier-.._.._etc_x_y.html")]
    public async Task The_file_stays_in_its_folder_and_is_private(string release, string name)
    {
        using var folder = new TemporaryFolder();

        await Dossier.WriteAsync(folder.At("artifacts"), release, "old", CancellationToken.None);
        var path = await Dossier.WriteAsync(folder.At("artifacts"), release, "<p>", CancellationToken.None);

        path.ShouldBe(folder.At($"artifacts/{name}"));
        Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).ShouldBe([path]);
        File.ReadAllText(path).ShouldBe("<p>");
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static IHost Host(string? output)
    {
        var host = Substitute.For<IHost>();
        host.RunAsync(default!).ReturnsForAnyArgs(call => output is null
            ? throw new HostException(HostFailure.Unreachable, "api-1", "api-1 cannot be reached")
            : Task.FromResult(new HostResult("h", call.Arg<ShellCommand>(), 0, output, "", TimeSpan.Zero)));
        return host;
    }
}
