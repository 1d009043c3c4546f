using OpticWorks.Operations.Canary;
using OpticWorks.Operations.Transactions.Audits;

namespace OpticWorks.Build.Targets;

/// <summary>Orders to the canary that runs on an environment.</summary>
internal interface IHazCanary : IHazFleet
{
    /// <summary>Gives the order, and records who gave it and why.</summary>
    async Task OrderAsync(string order, CancellationToken cancellationToken)
    {
        var fleet = await FleetAsync(cancellationToken).ConfigureAwait(false);
        RequireConfirmation(fleet.Environment);
        if (PlanOnly == true)
        {
            Narrator.Say(order, "would be given to the canary that runs. Nothing was changed.");
            return;
        }

        var release = await GiveAsync(fleet, order, cancellationToken).ConfigureAwait(false);
        Narrator.Say(order, $"the canary of {release} on {fleet.Environment.Name} takes the order at its next look");
        Session.Data["release"] = release;
        Session.Data["order"] = order;
    }

    async Task<string> GiveAsync(Fleet fleet, string order, CancellationToken cancellationToken)
    {
        var who = IHazBackups.Operator;
        var control = fleet.Connect(fleet.Environment.Balancer.Host);
        var release = await CanaryOrders.GiveAsync(control, fleet.Environment.Name, order, who, Reason ?? "", cancellationToken).ConfigureAwait(false);
        await fleet.Operation.Audit.AppendAsync(new AuditEntry(who, char.ToUpperInvariant(order[0]) + order[1..]) { Result = $"told the canary of {release}", Reason = Reason ?? "" }, cancellationToken)
            .ConfigureAwait(false);
        return release;
    }
}
