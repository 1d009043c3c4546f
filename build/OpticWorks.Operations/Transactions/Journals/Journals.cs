using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Transactions.Journals;

/// <summary>A journal that exists.</summary>
/// <param name="IsFinished">Its last line says so.</param>
public sealed record JournalName(OperationId Operation, bool IsFinished);

/// <summary>The journals on the control host.</summary>
public sealed class Journals(IHost control, ControlFolder? folder = null)
{
    private readonly ControlFolder _folder = folder ?? ControlFolder.Default;

    /// <summary>All journals, in the order in which their operations were begun.</summary>
    public async Task<IReadOnlyList<JournalName>> ListAsync(CancellationToken cancellationToken)
    {
        var result = await control.RunAsync(JournalCommands.List(_folder), null, null, cancellationToken).ConfigureAwait(false);
        return
        [
            .. result.OrFail($"The journals on {control.Name} cannot be read").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split(".jsonl"))
                .Select(parts => new JournalName(OperationId.Parse(parts[0]), parts[1].Length == 0))
                .OrderBy(name => name.Operation.Text[name.Operation.Text.IndexOf('-')..], StringComparer.Ordinal),
        ];
    }

    /// <exception cref="OperationException">There is no such journal (exit 2), or it is damaged (exit 6).</exception>
    public async Task<JournalState> ReadAsync(OperationId operation, CancellationToken cancellationToken)
    {
        var (result, text) = await control.ReadExactlyAsync(JournalCommands.Read(_folder, operation), cancellationToken).ConfigureAwait(false);
        result.OrFail($"The journal of {operation} cannot be read", ExitCodes.Configuration);
        return JournalState.Parse(text, $"{control.Name}:{_folder.Journal(operation)}");
    }
}
