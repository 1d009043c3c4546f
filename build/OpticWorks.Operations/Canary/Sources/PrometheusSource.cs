using System.Globalization;
using System.Text.Json;
using OpticWorks.Operations.Canary.Judging;
using OpticWorks.Operations.Traffic;

namespace OpticWorks.Operations.Canary.Sources;

/// <summary>
/// Counts from Prometheus (HTTP API v1, instant queries). Each query yields counters by the label "server", HAProxy's name of an instance. A query that
/// fails, or has no value for a server in traffic, makes blind: it says nothing about the release.
/// </summary>
/// <param name="requests">All requests of a server.</param>
/// <param name="errors">Of them, those that failed.</param>
/// <param name="timed">Requests whose time is known (an application's histogram); null: response times are not judged.</param>
/// <param name="slow">Of the timed ones, those slower than the objective.</param>
public sealed class PrometheusSource(HttpClient client, Uri address, string requests, string errors, string? timed, string? slow) : ITrafficSource
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    private Dictionary<string, long[]>? _last;

    /// <summary>Requests as HAProxy's own exporter counts them.</summary>
    public static string DefaultRequests(string backend) => $"sum by (server) (haproxy_server_http_responses_total{{proxy=\"{backend}\"}})";

    /// <summary>Answers of 5xx, and what never became an answer.</summary>
    public static string DefaultErrors(string backend) =>
        $"sum by (server) (haproxy_server_http_responses_total{{proxy=\"{backend}\",code=\"5xx\"}}) + sum by (server) (haproxy_server_connection_errors_total{{proxy=\"{backend}\"}}) "
        + $"+ sum by (server) (haproxy_server_response_errors_total{{proxy=\"{backend}\"}})";

    public async Task<TrafficWindow> TakeAsync(BalancerLook look, Sides sides, CancellationToken cancellationToken)
    {
        try
        {
            var now = await ReadAsync(sides, cancellationToken).ConfigureAwait(false);
            var before = _last;
            _last = now;
            if (before is null)
                return new TrafficWindow(default, default, null);
            return new TrafficWindow(Sum(sides.Canaries, before, now), Sum(sides.Stables, before, now), null);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or InvalidDataException or InvalidOperationException or KeyNotFoundException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new TrafficWindow(default, default, $"Prometheus: {(e is OperationCanceledException ? $"no answer within {AnswerLimit.TotalSeconds:0} s" : e.Message)}");
        }
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<Dictionary<string, long[]>> ReadAsync(Sides sides, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AnswerLimit);
        var answers = await Task.WhenAll(new[] { requests, errors, timed, slow }.OfType<string>().Select(query => QueryAsync(query, limit.Token))).ConfigureAwait(false);
        var counters = new Dictionary<string, long[]>();
        foreach (var server in sides.Canaries.Concat(sides.Stables))
        {
            if (!answers[0].ContainsKey(server))
                throw new InvalidDataException($"no value for {server} in {requests}");
            counters[server] = [.. answers.Select(answer => (long)answer.GetValueOrDefault(server))];
        }

        return counters;
    }

    private async Task<Dictionary<string, double>> QueryAsync(string query, CancellationToken cancellationToken)
    {
        using var content = new FormUrlEncodedContent([KeyValuePair.Create("query", query)]);
        using var response = await client.PostAsync(new Uri(address, "api/v1/query"), content, cancellationToken).ConfigureAwait(false);
        var text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        using var document = JsonDocument.Parse(text);
        if (document.RootElement.GetProperty("status").GetString() != "success")
            throw new InvalidDataException($"{document.RootElement.GetProperty("error").GetString()} ({query})");
        var values = new Dictionary<string, double>();
        foreach (var row in document.RootElement.GetProperty("data").GetProperty("result").EnumerateArray())
        {
            if (row.GetProperty("metric").TryGetProperty("server", out var server)
                && double.TryParse(row.GetProperty("value")[1].GetString(), CultureInfo.InvariantCulture, out var value))
            {
                values[server.GetString()!] = value;
            }
        }

        return values;
    }

    /// <summary>A counter that went back began anew (HAProxy was reloaded). A server that was not seen before has no past.</summary>
    private static Tally Sum(IEnumerable<string> servers, Dictionary<string, long[]> before, Dictionary<string, long[]> now)
    {
        var sum = default(Tally);
        foreach (var server in servers)
        {
            if (!before.TryGetValue(server, out var old) || now[server].Zip(old).Any(pair => pair.First < pair.Second))
                continue;
            var grown = now[server].Zip(old, (a, b) => a - b).ToArray();
            sum += new Tally(grown[0], Math.Min(grown[0], grown[1]), At(grown, 2), 0, Math.Min(At(grown, 2), At(grown, 3)));
        }

        return sum;

        static long At(long[] values, int index) => index < values.Length ? values[index] : 0;
    }
}
