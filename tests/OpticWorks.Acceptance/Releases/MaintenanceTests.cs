using System.Net;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations.Traffic.Maintenance;

namespace OpticWorks.Acceptance.Releases;

/// <summary>The shop is closed and opened on a real HAProxy.</summary>
[Collection(nameof(SharedFleet))]
public sealed class MaintenanceTests(LightMachines machines)
{
    [Fact]
    public async Task A_closed_shop_answers_503_with_the_message_lets_payments_through_and_opens_by_itself()
    {
        await machines.LiveAsync();
        var fleet = machines.Fleet;
        var mode = new MaintenanceMode(fleet.Connect(fleet.Environment.Balancer.Host), fleet.Environment);
        (await StatusAsync("/read")).ShouldBe(200);
        (await mode.LookAsync(DateTimeOffset.UtcNow, CancellationToken.None)).ShouldBeNull();

        await mode.OnAsync(MaintenanceState.Of(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddMinutes(5), "Back at six; \"really\", früh."), DateTimeOffset.UtcNow, CancellationToken.None);
        using (var client = new HttpClient())
        using (var closed = await client.GetAsync(new Uri(fleet.Environment.Api.Url, "/read")))
        {
            closed.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            closed.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(200, 300);
            System.Text.Json.Nodes.JsonNode.Parse(await closed.Content.ReadAsStringAsync())!["message"]!.GetValue<string>().ShouldBe("Back at six; \"really\", früh.");
        }

        (await StatusAsync("/hooks/payment/stripe_stripe")).ShouldNotBe(503);
        // A reload reads the map's file: the shop stays closed.
        (await fleet.AsRootAsync(fleet.Environment.Balancer.Host, "systemctl reload haproxy")).OrFail("no reload");
        (await StatusAsync("/read")).ShouldBe(503);

        await mode.OffAsync(DateTimeOffset.UtcNow, CancellationToken.None);
        (await StatusAsync("/read")).ShouldBe(200);

        await mode.OnAsync(MaintenanceState.Of(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddSeconds(4), null), DateTimeOffset.UtcNow, CancellationToken.None);
        (await StatusAsync("/read")).ShouldBe(503);
        await Wait.UntilAsync("the shop is open again", async () => await StatusAsync("/read") == 200);

        async Task<int> StatusAsync(string path)
        {
            using var one = new HttpClient();
            using var answer = await one.GetAsync(new Uri(fleet.Environment.Api.Url, path));
            return (int)answer.StatusCode;
        }
    }
}
