using System.Diagnostics;
using System.Globalization;
using Nuke.Common.Execution;
using OpticWorks.Build.Output;
using OpticWorks.Operations;
using OpticWorks.Operations.Backups.Manifests;
using OpticWorks.Operations.Notifications;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Rehearsal.Shoppers;
using OpticWorks.Operations.Rehearsal.Story;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Transactions.Journals;

namespace OpticWorks.Build.Rehearsals;

/// <summary>A rehearsal while it runs: its steps and their times, its releases, and the shoppers' requests.</summary>
internal sealed class RehearsalRun : IAsyncDisposable
{
    /// <summary>Shoppers stop by themselves after this, whatever happens.</summary>
    private static readonly TimeSpan ShoppersLimit = TimeSpan.FromMinutes(40);

    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(10);

    private readonly List<RehearsalStep> _steps = [];
    private readonly List<RehearsalRelease> _releases = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly INarrator _narrator;
    private OpenLoop? _shoppers;
    private Task _ticker = Task.CompletedTask;
    private ShopperLedger? _ledger;
    private Task<ShopperLedger>? _ended;

    /// <param name="targets">Those that have run before it, in their order.</param>
    public RehearsalRun(IReadOnlyCollection<ExecutableTarget> targets, INarrator narrator)
    {
        _narrator = narrator;
        var at = TimeSpan.Zero;
        foreach (var target in targets.Where(target => target.Status == ExecutionStatus.Succeeded))
        {
            _steps.Add(new RehearsalStep(target.Name, at, target.Duration, StepEnd.Done, string.Join(", ", target.SummaryInformation.Select(pair => $"{pair.Key}: {pair.Value}"))));
            at += target.Duration;
        }

        StartedAt = DateTimeOffset.UtcNow - at;
    }

    public DateTimeOffset StartedAt { get; }

    public TimeSpan Elapsed => DateTimeOffset.UtcNow - StartedAt;

    public IReadOnlyList<RehearsalStep> Steps => _steps;

    public IReadOnlyList<RehearsalRelease> Releases => _releases;

    public TimeSpan ShoppersFrom { get; private set; }

    public SampleProduct? Product { get; set; }

    /// <summary>How canaries ended, by the release.</summary>
    public Dictionary<string, string> Verdicts { get; } = [];

    public BackupManifest? Backup { get; set; }

    public BackupProof? Proof { get; set; }

    /// <summary>What the hosts remembered at the end.</summary>
    public IReadOnlyList<JournalState> Journal { get; set; } = [];

    /// <summary>Everything that shoppers got until now.</summary>
    public ShopperLedger Shoppers => _ledger ?? (_shoppers is null ? ShopperLedger.Empty : ShopperLedger.Of(_shoppers.Samples));

    /// <summary>Runs one chapter.</summary>
    /// <param name="work">Returns how it ended and what was seen.</param>
    public async Task StepAsync(Chapter chapter, Func<Task<(StepEnd End, string Result)>> work)
    {
        var (start, clock) = (Elapsed, Stopwatch.StartNew());
        try
        {
            var (end, result) = await work().ConfigureAwait(false);
            _steps.Add(new RehearsalStep(chapter.Title, start, clock.Elapsed, end, result));
            _narrator.Say("rehearse", $"{chapter.Title}: {result} ({OperationText.Time(clock.Elapsed)})");
        }
        catch (Exception e)
        {
            _steps.Add(new RehearsalStep(chapter.Title, start, clock.Elapsed, StepEnd.Failed, e.Message));
            throw;
        }
    }

    public void Add(ReleaseId release, ArtifactManifest artifact, string what) =>
        _releases.Add(new RehearsalRelease($"release {_releases.Count + 1}", release.Text, artifact.Digest, what));

    /// <summary>From now on requests are sent and counted.</summary>
    public void StartShoppers(IReadOnlyList<TrafficKind> kinds)
    {
        ShoppersFrom = Elapsed;
        _shoppers = new OpenLoop(kinds, ShoppersLimit);
        _ticker = TickAsync(_shoppers);
    }

    /// <summary>Sends no more, waits for every answer, and counts. Whoever asks again gets the same.</summary>
    public Task<ShopperLedger> EndShoppersAsync()
    {
        lock (_stop)
            return _ended ??= EndAsync();
    }

    private async Task<ShopperLedger> EndAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _ticker.ConfigureAwait(false);
        if (_shoppers is not null && _ledger is null)
            _ledger = ShopperLedger.Of(await _shoppers.EndAsync().ConfigureAwait(false));
        return Shoppers;
    }

    public async ValueTask DisposeAsync()
    {
        await EndShoppersAsync().ConfigureAwait(false);
        if (_shoppers is not null)
            await _shoppers.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task TickAsync(OpenLoop shoppers)
    {
        var seen = 0;
        while (!_stop.IsCancellationRequested)
        {
            await Task.Delay(SayEvery, _stop.Token).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
            var samples = shoppers.Samples.ToArray();
            if (_stop.IsCancellationRequested)
                return;
            var now = ShopperLedger.Of(samples.Skip(seen));
            var all = ShopperLedger.Of(samples);
            seen = samples.Length;
            _narrator.Say("shoppers", string.Create(CultureInfo.InvariantCulture,
                $"{now.Sent / SayEvery.TotalSeconds:0} requests/s, p50 {now.P50:0} ms, p95 {now.P95:0} ms; {all.Failed:N0} failed of {all.Sent:N0}{(all.Given > 0 ? $", {all.Given:N0} more given to release 3" : "")}"));
            foreach (var failure in now.Failures.Take(3))
                _narrator.Warn("shoppers", failure);
        }
    }
}
