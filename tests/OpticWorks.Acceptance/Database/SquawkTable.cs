using System.Text;
using System.Text.Json;
using OpticWorks.Operations;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Acceptance.Database;

/// <summary>
/// The planted cases as this suite and as squawk judge them: <c>dotnet OpticWorks.Acceptance.dll lint-table SQUAWK</c>, where SQUAWK is the
/// program of the npm package squawk-cli. The tables of tests/LINT.md are what it prints.
/// </summary>
internal static class SquawkTable
{
    /// <summary>Rules that squawk finds in nearly every statement, so they tell nothing apart.</summary>
    private static readonly string[] Everywhere = ["prefer-robust-stmts", "require-lock-timeout", "require-statement-timeout", "require-timeout-settings"];

    public static async Task<int> RunAsync(string squawk)
    {
        var version = (await LocalProcess.RunAsync(new LocalCommand(squawk, "--version"))).OrFail("squawk does not run").Output.Trim();
        await WriteAsync("Dangers", LintCases.Dangers, squawk, version);
        await WriteAsync("The safe ways, small tables and new ones", LintCases.Safe, squawk, version);
        return ExitCodes.Done;
    }

    private static async Task WriteAsync(string title, IReadOnlyList<LintCase> cases, string squawk, string version)
    {
        Console.WriteLine($"\n## {title}\n\n| statement | this suite | {version} |\n|---|---|---|");
        var (ours, theirs) = (0, 0);
        foreach (var one in cases)
        {
            var rules = await JudgeAsync(squawk, one);
            ours += one.Rules.Length > 0 ? 1 : 0;
            theirs += rules.Length > 0 ? 1 : 0;
            Console.WriteLine($"| `{one.Sql.Replace("|", "\\|")}`{(one.OutsideTransaction ? " (outside of a transaction)" : "")} | {Shown(one.Rules)} | {Shown(rules)} |");
        }

        Console.WriteLine($"\nSomething was said to {ours} of {cases.Count} here, and to {theirs} by squawk.");
    }

    private static string Shown(string rules) => rules.Length > 0 ? rules.Replace("~", "(warns) ") : "–";

    private static async Task<string> JudgeAsync(string squawk, LintCase one)
    {
        string[] inTransaction = one.OutsideTransaction ? [] : ["--assume-in-transaction"];
        var result = await LocalProcess.RunAsync(new LocalCommand(squawk, ["--reporter=json", "--pg-version=17", .. inTransaction]) { StandardInput = one.Sql });
        using var answer = JsonDocument.Parse(result.Output.Trim().Length > 0 ? result.Output : "[]");
        var rules = new StringBuilder();
        foreach (var rule in answer.RootElement.EnumerateArray().Select(found => found.GetProperty("rule_name").GetString()!).Distinct().Where(rule => !Everywhere.Contains(rule)))
            rules.Append(rules.Length > 0 ? " " : "").Append(rule);
        return rules.ToString();
    }
}
