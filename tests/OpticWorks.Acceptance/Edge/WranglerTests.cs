using System.Text.Json;
using OpticWorks.Operations.Rehearsal;

namespace OpticWorks.Acceptance.Edge;

/// <summary>The pinned wrangler works against the local edge as against Cloudflare.</summary>
[Collection(EdgePlace.Collection)]
public sealed class WranglerTests(EdgePlace place)
{
    [Fact]
    public async Task It_deploys_what_it_uploaded_and_lists_it()
    {
        var deployed = await place.WranglerAsync(
            ["versions", "deploy", $"{place.First}@90%", $"{place.Second}@10%", "-y", "--message", "canary"]);

        deployed.Succeeded.ShouldBeTrue(deployed.Tail());
        var (_, answer) = await place.CallAsync(HttpMethod.Get, "deployments");
        var newest = answer.GetProperty("result").GetProperty("deployments")[0];
        newest.GetProperty("annotations").GetProperty("workers/message").GetString().ShouldBe("canary");
        (await place.CurrentAsync()).ShouldBe([(place.First, 90), (place.Second, 10)]);

        var view = await place.WranglerAsync(["versions", "view", place.Second, "--json"]);
        view.Succeeded.ShouldBeTrue(view.Tail());
        var version = JsonSerializer.Deserialize<JsonElement>(view.Output);
        version.GetProperty("annotations").GetProperty("workers/tag").GetString().ShouldBe("r2");
        var (_, triggers) = await place.CallAsync(HttpMethod.Get, "schedules");
        triggers.GetProperty("result").GetProperty("schedules")[0].GetProperty("cron").GetString().ShouldBe("0 3 * * *");
        (await place.GetAsync("/any", ("Host", "tiny.example"))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Secrets_make_versions_and_guard_the_way_back()
    {
        const string Value = "zBV7-never-shown";
        var latest = (await place.VersionIdsAsync())[0];
        (await place.DeployAsync((latest, 100))).Status.ShouldBe(200);

        (await place.WranglerAsync(["secret", "put", "TOP_SECRET"], input: Value)).OrFail("secret put");

        var list = (await place.WranglerAsync(["secret", "list"])).OrFail("secret list");
        JsonSerializer.Deserialize<JsonElement>(list.Output)[0].GetProperty("name").GetString().ShouldBe("TOP_SECRET");
        (await place.GetAsync("/any")).Text.ShouldContain(Value);
        var withSecret = (await place.CurrentAsync())[0].Version;

        var (status, refusal) = await place.DeployAsync("", [(latest, 100)]);
        status.ShouldBe(400);
        Code(refusal).ShouldBe(10220);
        refusal.GetProperty("errors")[0].GetProperty("message").GetString()!.ShouldEndWith("The following secrets have changed: TOP_SECRET");
        (await place.DeployAsync("?force=true", [(latest, 100)])).Status.ShouldBe(200);
        (await place.GetAsync("/any")).Text.ShouldNotContain(Value);

        // The version with the secret is the latest one and is no longer deployed.
        Code((await place.CallAsync(HttpMethod.Put, "secrets", new { name = "OTHER", text = "x", type = "secret_text" })).Body).ShouldBe(10215);
        (await place.CallAsync(HttpMethod.Get, $"versions/{withSecret}")).Body.ToString().ShouldNotContain(Value);
        File.ReadAllText(Path.Combine(place.Folder, "api.log")).ShouldNotContain(Value);
    }

    [Fact]
    public async Task Its_setting_lets_the_worker_answer_before_its_assets()
    {
        var version = (await place.UploadAsync(configuration => configuration.Replace("\"binding\": \"ASSETS\"", "\"binding\": \"ASSETS\", \"run_worker_first\": true")))
            .GetProperty("version_id").GetString()!;
        (await place.DeployAsync((place.First, 100), (version, 0))).Status.ShouldBe(200);

        (await place.GetAsync("/of-all.txt", EdgePlace.Override(version))).Text.ShouldContain("\"pathname\":\"/of-all.txt\"");
        (await place.GetAsync("/asset", EdgePlace.Override(version))).Text.ShouldBe("of all\n");
        (await place.GetAsync("/of-all.txt", EdgePlace.Override(place.First))).Text.ShouldBe("of all\n");
    }

    [Fact]
    public async Task Its_upload_of_a_worker_that_does_not_start_is_refused_with_workerds_words()
    {
        var before = await place.VersionIdsAsync();
        using var upload = new MultipartFormDataContent
        {
            { new StringContent("""{"main_module":"w.js","compatibility_date":"2026-10-01","bindings":[]}"""), "metadata" },
            { Module("throw new Error('does not start'); export default {};"), "w.js", "w.js" },
        };

        var (status, answer) = await place.CallAsync(HttpMethod.Post, "versions", upload);

        status.ShouldBe(400);
        Code(answer).ShouldBe(10021);
        answer.ToString().ShouldContain("does not start");
        (await place.VersionIdsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task What_cloudflare_refuses_is_refused()
    {
        const string Nobody = "00000000-0000-4000-8000-000000000000";

        Code((await place.DeployAsync((place.First, 50), (place.Second, 40))).Body).ShouldBe(10021);
        Code((await place.DeployAsync((place.First, 50), (place.First, 50))).Body).ShouldBe(10021);
        Code((await place.DeployAsync((place.First, 30), (place.Second, 30), (Nobody, 40))).Body).ShouldBe(10021);
        (await place.DeployAsync((Nobody, 100))).Status.ShouldBe(404);
        (await place.CallAsync(HttpMethod.Get, "deployments", token: "stranger")).Status.ShouldBe(403);
        (await place.CallAsync(HttpMethod.Get, $"/accounts/{new string('0', 32)}/workers/services/tiny")).Status.ShouldBe(403);
        Code((await place.CallAsync(HttpMethod.Get, $"/accounts/{LocalEdge.Account}/workers/services/none")).Body).ShouldBe(10090);
        Code((await place.CallAsync(HttpMethod.Get, $"/accounts/{LocalEdge.Account}/workers/scripts/none/deployments")).Body).ShouldBe(10007);
        (await place.CallAsync(HttpMethod.Get, "/nothing")).Status.ShouldBe(404);
    }

    private static StringContent Module(string code) =>
        new(code, new System.Net.Http.Headers.MediaTypeHeaderValue("application/javascript+module"));

    internal static int Code(JsonElement answer) => answer.GetProperty("errors")[0].GetProperty("code").GetInt32();
}
