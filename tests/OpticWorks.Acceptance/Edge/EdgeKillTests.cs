using System.Diagnostics;
using OpticWorks.Acceptance.Rehearsal;

namespace OpticWorks.Acceptance.Edge;

/// <summary>kill -9 of the edge at any moment of a deployment or an upload: what was answered stays, and nothing is half.</summary>
[Trait("Tier", "Campaign")]
public sealed class EdgeKillTests(EdgePlace place) : IClassFixture<EdgePlace>
{
    [Fact]
    public async Task A_deployment_is_there_whole_or_not_at_all()
    {
        var random = new Random(20261126);
        (string, double)[][] splits =
        [
            [(place.First, 100)], [(place.Second, 100)], [(place.First, 90), (place.Second, 10)],
        ];
        for (var round = 0; round < 12; round++)
        {
            var (answered, asked) = (0, 0);
            (await place.DeployAsync(splits[0])).Status.ShouldBe(200);
            using (var server = Process.GetProcessById(place.Edge.Status().Pid!.Value))
            {
                var killed = Task.Run(async () =>
                {
                    await Task.Delay(random.Next(150));
                    server.Kill();
                    await server.WaitForExitAsync();
                });
                try
                {
                    while (true)
                    {
                        asked = (answered + 1) % splits.Length;
                        (await place.DeployAsync(splits[asked])).Status.ShouldBe(200);
                        answered = asked;
                    }
                }
                catch (HttpRequestException)
                {
                    await killed;
                }
            }

            await place.Edge.UpAsync();
            var deployed = await place.CurrentAsync();
            new[] { splits[answered], splits[asked] }.ShouldContain(split => split.SequenceEqual(deployed));
            deployed.Select(each => each.Version).ShouldContain(await place.VersionAsync());
        }
    }

    [Fact]
    public async Task An_upload_is_listed_and_runs_or_has_left_nothing()
    {
        var random = new Random(20261126);
        for (var round = 0; round < 4; round++)
        {
            var upload = place.WranglerAsync(["versions", "upload", "--var", $"RELEASE:round-{round}"]);
            var uploading = Path.Combine(place.Folder, "api.log");
            var before = new FileInfo(uploading).Length;
            await Wait.UntilAsync("wrangler calls the API", () => new FileInfo(uploading).Length > before);
            await Task.Delay(random.Next(1000));
            using (var server = Process.GetProcessById(place.Edge.Status().Pid!.Value))
            {
                server.Kill();
                await server.WaitForExitAsync();
            }

            await place.Edge.UpAsync();
            await upload;

            var versions = await place.VersionIdsAsync();
            Directory.GetDirectories(Path.Combine(place.Folder, "state", "versions")).Select(Path.GetFileName).Order()
                .ShouldBe(versions.Order(), "what is kept is what is listed");
            foreach (var version in versions.Where(version => version != place.First))
            {
                (await place.DeployAsync((place.First, 100), (version, 0))).Status.ShouldBe(200);
                (await place.VersionAsync(EdgePlace.Override(version))).ShouldBe(version);
            }
        }
    }
}
