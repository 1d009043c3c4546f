using OpticWorks.Operations.Canary.Judging;

namespace OpticWorks.Benchmarks.Canary;

/// <summary>One situation of the simulation: 10 % of the traffic for ten minutes, then 50 % for ten minutes.</summary>
/// <param name="Rate">Requests a second of both sides together.</param>
/// <param name="Stable">The stable side's error rate.</param>
/// <param name="Canary">The canary's.</param>
/// <param name="Incident">Between second 300 and 400 both sides fail and are slow, whatever the release.</param>
internal sealed record Cell(double Rate, double Stable, double Canary, bool Incident = false)
{
    public const int Seconds = 1200;

    private const int Servers = 4;

    /// <summary>What happens in one second.</summary>
    public (Tally Canary, Tally Stable) Second(int second, Draws draws)
    {
        var share = second < 600 ? 0.1 : 0.5;
        var bad = Incident && second is >= 300 and < 400;
        var canaries = second < 600 ? 1 : 2;
        return (Side(Rate * share, bad ? 0.025 : Canary, bad, canaries, draws), Side(Rate * (1 - share), bad ? 0.025 : Stable, bad, Servers - canaries, draws));
    }

    private static Tally Side(double rate, double errors, bool bad, int servers, Draws draws)
    {
        var requests = draws.Poisson(rate);
        // At most one timed request a server and a tenth of a second.
        var slots = servers * 10;
        var timed = Math.Min(requests, draws.Binomial(slots, 1 - Math.Exp(-rate / slots)));
        return new Tally(requests, draws.Binomial(requests, errors), timed,
            draws.Binomial(timed, bad ? 0.4 : 0.05), draws.Binomial(timed, bad ? 0.05 : 0.002));
    }
}
