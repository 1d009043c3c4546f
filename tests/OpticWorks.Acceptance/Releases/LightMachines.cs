using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Acceptance.Releases;

/// <summary>A light fleet of two hosts with two instances each, shared by the tests of a collection or a class; each test puts it on a release of its own first.</summary>
public sealed class LightMachines : IAsyncLifetime
{
    private readonly LocalPlace _place = new();
    private static int s_second;

    internal LightFleet Fleet { get; private set; } = null!;

    internal LocalPlace Place => _place;

    public async Task InitializeAsync()
    {
        await _place.InitializeAsync();
        Fleet = new LightFleet(_place.New("fleet", machines: LightFleet.Machines(2)), 2, new Silence());
        await Fleet.UpAsync();
    }

    /// <summary>The same machines through connections that a test may disturb.</summary>
    internal async Task<LightFleet> OverAsync(Func<Operations.Hosts.IHost, Operations.Hosts.IHost> wrap)
    {
        var fleet = new LightFleet(Fleet.Local, 2, new Silence()) { Wrap = wrap };
        await fleet.ConnectAsync();
        return fleet;
    }

    /// <summary>A release id later than every one before it.</summary>
    internal static ReleaseId NewRelease() => ReleaseId.New(DateTimeOffset.UnixEpoch.AddYears(50).AddSeconds(Interlocked.Increment(ref s_second)), "1234567");

    /// <summary>Puts a healthy release on every instance.</summary>
    internal async Task<ReleaseId> LiveAsync(string build = "1")
    {
        var release = NewRelease();
        await Fleet.DeployAsync(await LightStore.BuildAsync(Fleet.Artifacts, new LightBehaviour { Build = build }), release);
        return release;
    }

    public async Task DisposeAsync()
    {
        await Fleet.CloseAsync();
        await _place.DisposeAsync();
    }
}
