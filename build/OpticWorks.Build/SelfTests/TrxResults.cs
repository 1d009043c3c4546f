using System.Xml;
using System.Xml.Linq;
using OpticWorks.Operations;

namespace OpticWorks.Build.SelfTests;

/// <summary>Counts and failures of one test assembly.</summary>
internal sealed record TrxResults(int Passed, int Failed, int Skipped, IReadOnlyList<string> Failures)
{
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    public static TrxResults None { get; } = new(0, 0, 0, []);

    public TrxResults Add(TrxResults other) =>
        new(Passed + other.Passed, Failed + other.Failed, Skipped + other.Skipped, [.. Failures, .. other.Failures]);

    /// <summary>Reads a TRX file (the format of Visual Studio's test results, 2010 schema).</summary>
    public static TrxResults Read(string path)
    {
        XDocument document;
        try
        {
            document = XDocument.Load(path);
        }
        catch (Exception e) when (e is XmlException or IOException)
        {
            throw new OperationException("A test run left no readable results", ExitCodes.Engine, e) { Where = path, Seen = e.Message };
        }

        var results = document.Descendants(Trx + "UnitTestResult").Select(result => (
            Name: result.Attribute("testName")?.Value ?? "?",
            Outcome: result.Attribute("outcome")?.Value ?? "?",
            Message: result.Descendants(Trx + "Message").FirstOrDefault()?.Value.Trim())).ToArray();
        return new TrxResults(
            results.Count(result => result.Outcome == "Passed"),
            results.Count(result => result.Outcome is not ("Passed" or "NotExecuted")),
            results.Count(result => result.Outcome == "NotExecuted"),
            [.. results.Where(result => result.Outcome is not ("Passed" or "NotExecuted"))
                .Select(result => $"{result.Name}\n  {result.Message?.ReplaceLineEndings("\n  ")}")]);
    }
}
