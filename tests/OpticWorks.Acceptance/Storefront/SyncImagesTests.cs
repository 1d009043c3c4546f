using System.Text.Json.Nodes;
using OpticWorks.Operations;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Storefront.Cloudflare;
using OpticWorks.Operations.Storefront.Images;

namespace OpticWorks.Acceptance.Storefront;

/// <summary>An edge for the tests of a class.</summary>
public sealed class ImagesEdge : IAsyncLifetime
{
    internal EdgeShop Shop { get; private set; } = null!;

    public async Task InitializeAsync() => Shop = await EdgeShop.StartAsync();

    public async Task DisposeAsync() => await Shop.DisposeAsync();
}

/// <summary>Images by their content, to the local edge's Cloudflare Images, and delivered from there.</summary>
public sealed class SyncImagesTests(ImagesEdge edge) : IClassFixture<ImagesEdge>, IAsyncLifetime
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });
    private readonly EdgeShop _shop = edge.Shop;
    private readonly Told _told = new();

    /// <summary>In every image of this test: none is there already.</summary>
    private readonly string _own = $"{Guid.NewGuid():n}";

    private string Images => Path.Combine(_shop.Folder, _own, "images");

    private string MapFile => Path.Combine(_shop.Folder, _own, "images.json");

    public Task InitializeAsync() => _shop.FaultAsync();

    public Task DisposeAsync()
    {
        _client.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Changed_files_are_uploaded_once_and_the_map_leads_to_their_bytes()
    {
        Write("lenses/grey.png", "grey");
        Write("lenses/same.png", "grey");
        Write("größe 1.png", "odd name");
        (await SyncAsync()).Uploads.Select(file => file.Path).ShouldBe(["größe 1.png", "lenses/grey.png"], ignoreOrder: true);
        await ShouldBeTrueAsync(3);
        var written = File.GetLastWriteTimeUtc(MapFile);

        (await SyncAsync()).Uploads.ShouldBeEmpty();
        File.GetLastWriteTimeUtc(MapFile).ShouldBe(written);

        Write("lenses/grey.png", "grey, brighter");
        File.Delete(Path.Combine(Images, "größe 1.png"));
        var plan = await Sync().LookAsync(CancellationToken.None);
        (plan.Uploads.Single().Path, plan.Gone.Single()).ShouldBe(("lenses/grey.png", "größe 1.png"));
        File.GetLastWriteTimeUtc(MapFile).ShouldBe(written);
        await SyncAsync();
        await ShouldBeTrueAsync(2);
        (await _shop.CallsAsync()).Count(call => call.StartsWith("POST ", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Fact]
    public async Task More_images_than_one_answer_lists_are_all_found()
    {
        for (var number = 0; number < 25; number++)
            Write($"{number}.png", $"{number}");
        await SyncAsync();
        // A page of the list holds ten at least, whatever is asked for.
        var pages = new List<JsonObject>();
        for (string? token = ""; token is not null; token = pages[^1]["continuation_token"]?.GetValue<string>())
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{_shop.Environment.Storefront.Api}/accounts/{LocalEdge.Account}/images/v2?per_page=10{(token.Length > 0 ? $"&continuation_token={token}" : "")}");
            request.Headers.Authorization = new("Bearer", _shop.Token);
            using var response = await _client.SendAsync(request);
            pages.Add(JsonNode.Parse(await response.Content.ReadAsStringAsync())!["result"]!.AsObject());
        }

        pages.Count.ShouldBeGreaterThanOrEqualTo(3);
        pages.ShouldAllBe(page => page["images"]!.AsArray().Count <= 10);
        pages.SelectMany(page => page["images"]!.AsArray()).Select(image => image!["id"]!.GetValue<string>()).Intersect(ImageFolder.Read(Images).Select(file => file.Id)).Count().ShouldBe(25);
        (await SyncAsync()).Uploads.ShouldBeEmpty();
    }

    /// <summary>Faults that pass, also where the upload took effect and its answer was lost.</summary>
    [Theory]
    [InlineData("""{"method":"POST","path":"/images/v1$","times":2,"status":500}""")]
    [InlineData("""{"method":"POST","path":"/images/v1$","times":2,"status":429}""")]
    [InlineData("""{"method":"POST","path":"/images/v1$","act":true,"status":502}""")]
    [InlineData("""{"method":"POST","path":"/images/v1$","act":true,"hang":true}""")]
    [InlineData("""{"method":"GET","path":"/images/v2$","times":2,"hang":true}""")]
    public async Task A_passing_fault_stops_nothing_and_nothing_is_there_twice(string fault)
    {
        Write("a.png", "a");
        Write("b.png", "b");
        await _shop.FaultAsync(JsonNode.Parse(fault)!.AsObject());
        await SyncAsync();
        await _shop.FaultAsync();
        await ShouldBeTrueAsync(2);
        (await SyncAsync()).Uploads.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"method":"POST","path":"/images/v1$","after":1,"times":100,"status":500,"message":"broken"}""", ExitCodes.FailedAndUndone, "broken")]
    [InlineData("""{"method":"POST","path":"/images/v1$","times":100,"status":403,"code":10000,"message":"Authentication error"}""", ExitCodes.Configuration, "the token needs Cloudflare Images: Edit")]
    [InlineData("""{"method":"POST","path":"/images/v1$","after":1,"times":100,"result":{"id":"another","variants":["https://x.example/another/public"]}}""", ExitCodes.FailedAndUndone, "something else")]
    [InlineData("""{"method":"POST","path":"/images/v1$","after":1,"times":100,"result":{}}""", ExitCodes.FailedAndUndone, "something else")]
    [InlineData("""{"method":"GET","path":"/images/v2$","times":100,"status":500,"message":"broken"}""", ExitCodes.Engine, "broken")]
    [InlineData("""{"method":"GET","path":"/images/v2$","times":100,"result":{"images":[],"continuation_token":"again"}}""", ExitCodes.Engine, "in a circle")]
    public async Task Whatever_is_answered_the_map_is_true_and_the_next_run_goes_on(string fault, int exitCode, string told)
    {
        Write("first.png", "first");
        await SyncAsync();
        Write("first.png", "first, changed");
        for (var number = 0; number < 6; number++)
            Write($"more/{number}.png", $"{number}");
        await _shop.FaultAsync(JsonNode.Parse(fault)!.AsObject());
        var failure = await Should.ThrowAsync<OperationException>(SyncAsync);
        failure.ExitCode.ShouldBe(exitCode, failure.Explain());
        failure.Explain().ShouldContain(told);
        failure.Explain().ShouldNotContain(_shop.Token);
        await _shop.FaultAsync();
        await ShouldBeTrueAsync();
        ImageMap.ReadFile(MapFile).Images.Keys.ShouldContain("first.png");

        await SyncAsync();
        await ShouldBeTrueAsync(7);
    }

    [Fact]
    public async Task An_interruption_leaves_a_true_map_and_the_next_run_goes_on()
    {
        for (var number = 0; number < 8; number++)
            Write($"{number}.png", $"{number}");
        await _shop.FaultAsync(new JsonObject { ["method"] = "POST", ["path"] = "/images/v1$", ["after"] = 4, ["times"] = 100, ["late"] = 600_000 });
        using var interrupt = new CancellationTokenSource();
        var sync = Sync();
        var running = sync.RunAsync(await sync.LookAsync(CancellationToken.None), interrupt.Token);
        while (_told.Lines.Count(line => line.Contains("uploaded, ", StringComparison.Ordinal)) < 4)
            await Task.Delay(20);
        await interrupt.CancelAsync();
        var failure = await Should.ThrowAsync<OperationException>(() => running);
        failure.ExitCode.ShouldBe(ExitCodes.Interrupted);
        failure.Undone.ShouldNotBeNull().ShouldContain("4 of 8 images");
        await _shop.FaultAsync();
        await ShouldBeTrueAsync(4);

        await SyncAsync();
        await ShouldBeTrueAsync(8);
    }

    [Fact]
    public async Task What_Cloudflare_would_not_take_is_refused_before_anything_is_sent()
    {
        Write("fine.png", "fine");
        File.WriteAllText(Path.Combine(Images, "page.png"), "<html></html>");
        await _shop.FaultAsync();
        var refused = await Should.ThrowAsync<OperationException>(SyncAsync);
        (refused.ExitCode, refused.Seen).ShouldBe((ExitCodes.PreflightRefused, "page.png is no PNG, GIF, JPEG, WebP, SVG or HEIC"));
        (await _shop.CallsAsync()).ShouldNotContain(call => call.StartsWith("POST ", StringComparison.Ordinal));
        File.Exists(MapFile).ShouldBeFalse();
    }

    private void Write(string path, string text)
    {
        var file = Path.Combine(Images, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, [0x89, .. "PNG\r\n\u001a\n"u8, .. System.Text.Encoding.UTF8.GetBytes(_own + text)]);
    }

    private ImageSync Sync() => new(new ImagesApi(_client, _shop.Environment.Storefront.Api, LocalEdge.Account, _shop.Token,
        EdgeShop.Limits with { Request = TimeSpan.FromSeconds(3) }), Images, MapFile, _told);

    private async Task<ImagePlan> SyncAsync()
    {
        var sync = Sync();
        var plan = await sync.LookAsync(CancellationToken.None);
        await sync.RunAsync(plan, CancellationToken.None);
        return plan;
    }

    /// <summary>Every address of the map delivers an image; of a file that is up to date, its own bytes.</summary>
    /// <param name="upToDate">So many files of the folder are; null: some.</param>
    private async Task ShouldBeTrueAsync(int? upToDate = null)
    {
        var map = ImageMap.ReadFile(MapFile);
        var files = ImageFolder.Read(Images).ToDictionary(file => file.Path);
        map.Images.Keys.ShouldBeSubsetOf(files.Keys);
        foreach (var (path, image) in map.Images)
        {
            var bytes = await _client.GetByteArrayAsync($"{image.Url}/public");
            $"sha256-{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))}".ShouldBe(image.Id, path);
        }

        if (upToDate is { } count)
            map.Images.Count(entry => entry.Value.Id == files[entry.Key].Id).ShouldBe(count);
    }
}
