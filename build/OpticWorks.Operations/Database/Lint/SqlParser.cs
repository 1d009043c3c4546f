using System.Text.Json;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Database.Lint;

/// <summary>PostgreSQL's own parser, as a program of the toolchain.</summary>
/// <param name="program">The tool <see cref="PinnedProgram.SqlParser"/>.</param>
internal sealed class SqlParser(Tool program)
{
    /// <summary>The longest that reading all migrations of a store may take.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>One answer for each text, in the same order.</summary>
    /// <exception cref="OperationException">The program failed.</exception>
    public async Task<IReadOnlyList<ParsedSql>> ParseAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        if (texts.Count == 0)
            return [];
        var command = program.Command() with { StandardInput = JsonSerializer.Serialize(texts), Limit = Limit };
        var result = await LocalProcess.RunAsync(command, null, cancellationToken).ConfigureAwait(false);
        return ParsedSql.Read(texts, result.OrFail("The SQL of the migrations could not be parsed").Output);
    }
}
