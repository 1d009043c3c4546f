using System.Globalization;

namespace OpticWorks.Acceptance.Edge;

/// <summary>Which version of a Worker answers a request, in real workerd.</summary>
[Collection(EdgePlace.Collection)]
public sealed class SplitTests(EdgePlace place)
{
    [Fact]
    public async Task A_thousand_requests_split_as_deployed_and_are_counted_by_the_log()
    {
        const int Requests = 1000;
        const double Share = 0.1;
        (await place.DeployAsync((place.First, 90), (place.Second, 10))).Status.ShouldBe(200);
        var before = place.Requests().Count;

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            var seen = new List<string>();
            for (var each = 0; each < Requests / 8; each++)
                seen.Add(await place.VersionAsync());
            return seen;
        }));

        var second = answers.SelectMany(seen => seen).Count(version => version == place.Second);
        // Five standard deviations of the binomial distribution: a healthy split fails once in two million runs.
        Math.Abs(second - (Requests * Share)).ShouldBeLessThan(5 * Math.Sqrt(Requests * Share * (1 - Share)));
        var lines = place.Requests().Skip(before).ToList();
        lines.Count.ShouldBe(Requests);
        lines.Count(line => line.GetProperty("version").GetString() == place.Second).ShouldBe(second);
        lines.ShouldAllBe(line => line.GetProperty("status").GetInt32() == 200 && line.GetProperty("by").GetString() == "split");
    }

    [Fact]
    public async Task An_override_reaches_a_version_of_the_current_deployment_only()
    {
        (await place.DeployAsync((place.First, 100), (place.Second, 0))).Status.ShouldBe(200);

        (await place.VersionAsync()).ShouldBe(place.First);
        (await place.VersionAsync(EdgePlace.Override(place.Second))).ShouldBe(place.Second);
        (await place.VersionAsync(("Cloudflare-Workers-Version-Overrides", $"other=\"{place.Second}\""))).ShouldBe(place.First);
        (await place.VersionAsync(EdgePlace.Override("no-version"), EdgePlace.Key("k"))).ShouldBe(place.First);

        (await place.DeployAsync((place.First, 100))).Status.ShouldBe(200);
        (await place.VersionAsync(EdgePlace.Override(place.Second))).ShouldBe(place.First);
    }

    [Fact]
    public async Task A_key_keeps_its_version_and_moves_once_while_the_percentage_grows()
    {
        var keys = Enumerable.Range(0, 40).Select(each => each.ToString(CultureInfo.InvariantCulture)).ToList();
        var moved = new HashSet<string>();
        foreach (var percentage in new[] { 0, 10, 50, 100 })
        {
            // In either order: the split is one of versions, not of places in a list.
            (await place.DeployAsync((place.Second, percentage), (place.First, 100 - percentage))).Status.ShouldBe(200);
            foreach (var key in keys)
            {
                var version = await place.VersionAsync(EdgePlace.Key(key));
                (await place.VersionAsync(EdgePlace.Key(key))).ShouldBe(version);
                if (version == place.Second)
                    moved.Add(key);
                else
                    moved.ShouldNotContain(key);
            }

            if (percentage == 0)
                moved.ShouldBeEmpty();
        }

        moved.Count.ShouldBe(keys.Count);
    }

    [Fact]
    public async Task A_versions_assets_are_its_own_and_what_is_missing_falls_to_the_worker()
    {
        (await place.DeployAsync((place.First, 50), (place.Second, 50))).Status.ShouldBe(200);
        var (first, second) = (EdgePlace.Override(place.First), EdgePlace.Override(place.Second));

        (await place.GetAsync("/of-second.txt", second)).Text.ShouldBe("of second\n");
        (await place.GetAsync("/of-second.txt", first)).Text.ShouldContain("\"release\":\"first\"");
        foreach (var version in new[] { first, second })
        {
            var (_, text, response) = await place.GetAsync("/of-all.txt", version);
            text.ShouldBe("of all\n");
            response.Headers.GetValues("x-from-headers").ShouldBe(["yes"]);
            (await place.GetAsync("/page", version)).Text.ShouldBe("<p>page</p>\n");
            (await place.GetAsync("/page.html", version)).Response.Headers.Location!.ToString().ShouldBe("/page");
            (await place.GetAsync("/with%20space/%C3%A4.txt", version)).Text.ShouldBe("odd name\n");
            (await place.GetAsync("/asset", version)).Text.ShouldBe("of all\n");
        }
    }

    [Fact]
    public async Task Bodies_pass_and_an_exception_is_a_500_of_its_version()
    {
        (await place.DeployAsync((place.Second, 100))).Status.ShouldBe(200);
        var body = string.Concat(Enumerable.Range(0, 100_000));

        (await place.PostAsync("/echo", body)).ShouldBe(body);
        (await place.GetAsync("/throw")).Status.ShouldBe(500);

        var last = place.Requests()[^1];
        last.GetProperty("status").GetInt32().ShouldBe(500);
        last.GetProperty("version").GetString().ShouldBe(place.Second);
    }
}
