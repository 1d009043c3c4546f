using System.Runtime.CompilerServices;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Transactions;
using OpticWorks.Operations.Transactions.Audits;
using OpticWorks.Operations.Transactions.Fences;
using OpticWorks.Operations.Transactions.Journals;
using OpticWorks.Operations.Transactions.Leases;

namespace OpticWorks.Operations.Tests.Transactions;

/// <summary>The exact text of every command that this folder sends to a host, against CommandTexts.txt. OPTICWORKS_ACCEPT=1 writes it anew.</summary>
public sealed class CommandTextTests
{
    private static readonly LeaseHolder Holder = new("mara", "laptop", "DeployBackend of r-1; $(id) 'x' é", "DeployBackend-20261122-141203-0f3a9c",
        new HolderProcess("m", "b", "pid:[1]", 42, 4242));

    private static readonly OperationId Operation = OperationId.Parse(Holder.Operation);

    private static IEnumerable<(string Name, string Text)> Commands()
    {
        var folder = ControlFolder.Default;
        var group = new RemoteGroup(4711, 123456);
        yield return ("announced", RemoteGroup.Announced(ShellCommand.Of("systemctl", "restart", "a b")));
        yield return ("end of a group", Text(group.EndCommand(RemoteGroup.TerminateLimit)));
        yield return ("lease read", Text(LeaseCommands.Read(folder)));
        yield return ("lease take", Text(LeaseCommands.Take(folder, Holder, TimeSpan.FromSeconds(30), 117, evenIfFrozen: false)));
        yield return ("lease renew", Text(LeaseCommands.Renew(folder, 118, TimeSpan.FromSeconds(30))));
        yield return ("lease remove", Text(LeaseCommands.Remove(folder, 118, force: true)));
        yield return ("freeze", Text(LeaseCommands.Freeze(folder, DateTimeOffset.FromUnixTimeSeconds(1795357923), "mara", "it's the sale")));
        yield return ("thaw", Text(LeaseCommands.Thaw(folder)));
        yield return ("fenced", Text(FenceCommands.Fenced(118, ShellCommand.Of("ln", "-sfn", "a b", "c"), FenceTerms.Default, folder)));
        yield return ("journal append", Text(JournalCommands.Append(folder, Operation, 7, 118,
            JournalText.Fields(new JournalEntry(JournalEvent.Failed) { Step = "switch api-1:9001", Text = "it's \"down\"\n$(id)" }))));
        yield return ("journal read", Text(JournalCommands.Read(folder, Operation)));
        yield return ("journal list", Text(JournalCommands.List(folder)));
        yield return ("audit append", Text(AuditCommands.Append(folder, new AuditEntry("mara@laptop", "Unlock") { Reason = "it's stuck; $(id)" })));
        yield return ("audit head", Text(AuditCommands.NoteHead(folder, new AuditHead("lb", 7, new string('a', 64)))));
        yield return ("audit read", Text(AuditCommands.Read(folder.Audit)));

        static string Text(ShellCommand command) => command.ToString();
    }

    [Fact]
    public void Commands_are_exactly_these()
    {
        var text = string.Concat(Commands().Select(command => $"=== {command.Name}\n{command.Text}\n"));
        var file = Path.Combine(Here(), "CommandTexts.txt");
        if (Environment.GetEnvironmentVariable("OPTICWORKS_ACCEPT") == "1")
            File.WriteAllText(file, text);

        text.ShouldBe(File.ReadAllText(file));
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
