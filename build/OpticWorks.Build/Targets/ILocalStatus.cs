using Nuke.Common;
using OpticWorks.Build.CommandLine;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Local, "LocalStatus --output json",
    Effects = "Nothing",
    Needs = "Linux",
    Undo = "Nothing to undo")]
internal interface ILocalStatus : IHazEnvironment
{
    Target LocalStatus => _ => _
        .Description("Say what runs of the local environment")
        .Executes(() => Run(async cancellationToken =>
        {
            var status = await LocalMachines.StatusAsync(cancellationToken).ConfigureAwait(false);
            Session.Data["local"] = status;
            foreach (var machine in status.Machines)
                Narrator.Say("local", $"{machine.Name,-8}{machine.State.ToString().ToLowerInvariant(),-10}{machine.Address}");
            Narrator.Say("local", $"objects {(status.Objects.Running ? $"running   {status.Objects.Endpoint}" : "absent")}");
            Narrator.Say("local", $"edge    {(status.Edge.Running ? $"running   {status.Edge.Url}   API {status.Edge.Api}" : "absent")}");
        }));
}
