using System.Globalization;
using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Traffic.Maintenance;
using OpticWorks.Operations.Transactions.Audits;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Operate, "Maintenance --environment staging --on --until 30m --message \"Back at six.\"", ChangesEnvironment = true,
    Effects = "On the balancer's host what HAProxy answers: 503 with Retry-After and the message, except below maintenance.passing (payment webhooks) and to the host itself; "
        + "the marker file that the environment names; an entry in the audit",
    Needs = "--environment, and --confirm where it is protected; SSH as the deploy user to the balancer, provisioned since it knows maintenances",
    Undo = "Maintenance --off; without it HAProxy ends it by itself at its time")]
internal interface IMaintenance : IHazFleet, IHazEnd
{
    private static readonly TimeSpan DefaultLength = TimeSpan.FromHours(1);

    [Parameter("Begin a maintenance, or change the one that is on")]
    [CommandLineOnly]
    bool? On => TryGetValue<bool?>(() => On);

    [Parameter("End the maintenance")]
    [CommandLineOnly]
    bool? Off => TryGetValue<bool?>(() => Off);

    [Parameter("What shoppers are told")]
    [CommandLineOnly]
    string? Message => TryGetValue(() => Message);

    Target Maintenance => _ => _
        .Description("Close the shop with a message, until a time at the latest, or open it again; without --on or --off: say what is")
        .Requires(() => EnvironmentName)
        .Executes(() => Run(MaintenanceAsync));

    private async Task MaintenanceAsync(CancellationToken cancellationToken)
    {
        if (On == true && Off == true)
            throw new OperationException("--on and --off contradict each other", ExitCodes.Engine);
        var fleet = await FleetAsync(cancellationToken).ConfigureAwait(false);
        var environment = fleet.Environment;
        var mode = new MaintenanceMode(fleet.Connect(environment.Balancer.Host), environment);
        var now = DateTimeOffset.UtcNow;
        if (On != true && Off != true)
        {
            var state = await mode.LookAsync(now, cancellationToken).ConfigureAwait(false);
            Session.Data["maintenance"] = state;
            Narrator.Say("maintenance", state is null ? $"{environment.Name} is open" : $"{environment.Name} is closed until {Text(state.Until)}: {state.Message}");
            return;
        }

        RequireConfirmation(environment);
        var wanted = On == true ? MaintenanceState.Of(now, End(now), Message) : null;
        if (PlanOnly == true)
        {
            Narrator.Say("maintenance", wanted is null ? $"{environment.Name} would be opened. Nothing was changed."
                : $"{environment.Name} would be closed until {Text(wanted.Until)}, except {string.Join(", ", environment.Maintenance.Passing)}. Nothing was changed.");
            return;
        }

        if (wanted is null)
            await mode.OffAsync(now, cancellationToken).ConfigureAwait(false);
        else
            await mode.OnAsync(wanted, now, cancellationToken).ConfigureAwait(false);
        await fleet.Operation.Audit.AppendAsync(new AuditEntry(IHazBackups.Operator, "Maintenance")
        { Reason = Session.Scrubber.Scrub(Reason ?? wanted?.Message ?? ""), Result = wanted is null ? "off" : $"on until {wanted.Until:O}" }, cancellationToken).ConfigureAwait(false);
        Session.Data["maintenance"] = wanted;
        Narrator.Say("maintenance", wanted is null ? $"{environment.Name} is open"
            : $"{environment.Name} is closed until {Text(wanted.Until)} at the latest, except {string.Join(", ", environment.Maintenance.Passing)}; ./build.sh Maintenance --environment {environment.Name} --off opens it");
    }

    private DateTimeOffset End(DateTimeOffset now) => Until is null ? now + DefaultLength
        : Duration.TryParse(Until, out var length) ? now + length
        : DateTimeOffset.TryParse(Until, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time) ? time
        : throw new OperationException($"\"{Until}\" is neither a duration such as 30m nor a time such as 2026-11-26T18:00Z", ExitCodes.Engine);

    private static string Text(DateTimeOffset time) => time.ToLocalTime().ToString("ddd HH:mm:ss zzz", CultureInfo.InvariantCulture);
}
