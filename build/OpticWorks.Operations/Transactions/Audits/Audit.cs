using System.Globalization;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Transactions.Audits;

/// <summary>
/// Who did what, in lines that each name the one before by its hash. The audit is on the control host; every other host remembers the
/// hash of the last line it was told of, so that an end that was cut off is noticed.
/// </summary>
/// <param name="others">The other hosts. One that does not answer misses a head, no more.</param>
public sealed class Audit(IHost control, IReadOnlyList<IHost> others, INarrator narrator, ControlFolder? folder = null)
{
    private readonly ControlFolder _folder = folder ?? ControlFolder.Default;

    /// <summary>Appends an entry; it is on the control host's disk when this returns.</summary>
    public async Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        var result = await control.RunAsync(AuditCommands.Append(_folder, entry), null, null, cancellationToken).ConfigureAwait(false);
        var line = result.OrFail($"The audit on {control.Name} could not be written").Output.TrimEnd('\n');
        var verdict = AuditChain.Verify(line + '\n', []);
        var sequence = verdict.Lines is [var written]
            ? written.Sequence
            : throw new OperationException("The audit's answer cannot be read", ExitCodes.Engine) { Seen = line };
        var hash = AuditChain.Hash(line);
        await Task.WhenAll(others.Select(host => NoteAsync(host, new AuditHead(host.Name, sequence, hash), cancellationToken))).ConfigureAwait(false);
    }

    /// <summary>Reads the chain and what the other hosts remember of it, and checks the one by the other.</summary>
    public async Task<AuditVerdict> VerifyAsync(CancellationToken cancellationToken)
    {
        var (result, text) = await control.ReadExactlyAsync(AuditCommands.Read(_folder.Audit), cancellationToken).ConfigureAwait(false);
        result.OrFail($"The audit on {control.Name} could not be read");
        var heads = await Task.WhenAll(others.Select(host => HeadsAsync(host, cancellationToken))).ConfigureAwait(false);
        return AuditChain.Verify(text, [.. heads.SelectMany(some => some)]);
    }

    private async Task NoteAsync(IHost host, AuditHead head, CancellationToken cancellationToken)
    {
        try
        {
            var result = await host.RunAsync(AuditCommands.NoteHead(_folder, head), null, null, cancellationToken).ConfigureAwait(false);
            if (result.ExitCode == HostScript.Lost)
            {
                narrator.Warn("audit", $"{host.Name} remembers entry {result.Output.Split(' ')[0]} already, but {control.Name} has only just written "
                    + $"entry {head.Sequence}: look with ./build.sh Audit");
            }
            else
            {
                result.OrFail($"The audit's head could not be noted on {host.Name}");
            }
        }
        catch (OperationException e)
        {
            narrator.Detail("audit", e.Explain());
        }
    }

    private async Task<IReadOnlyList<AuditHead>> HeadsAsync(IHost host, CancellationToken cancellationToken)
    {
        try
        {
            var result = await host.RunAsync(AuditCommands.Read(_folder.AuditHeads), null, null, cancellationToken).ConfigureAwait(false);
            return
            [
                .. result.OrFail($"The audit's heads on {host.Name} could not be read").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Select(line => line.Split(' '))
                    .Where(words => words.Length == 2 && long.TryParse(words[0], CultureInfo.InvariantCulture, out _))
                    .Select(words => new AuditHead(host.Name, long.Parse(words[0], CultureInfo.InvariantCulture), words[1])),
            ];
        }
        catch (OperationException e)
        {
            narrator.Warn("audit", $"{host.Name} could not be asked what it remembers: {e.Message}");
            return [];
        }
    }
}
