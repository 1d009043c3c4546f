using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Operations.Releases;

/// <summary>How the store's own lint and tests ended.</summary>
/// <param name="Unchanged">They passed before with the same inputs and were not run again.</param>
public sealed record StoreTestResult(int Passed, int Failed, int Skipped, bool Unchanged);

/// <summary>Runs the store's lint and tests; keeps their JUnit results under artifacts/test-results.</summary>
public sealed class StoreTests(StoreLayout store, string resultsDirectory, INarrator narrator)
{
    /// <summary>Digest of everything that the tests' result depends on.</summary>
    public static string InputDigest(StoreLayout store, StorePrograms programs) => new Inputs().Value("programs", programs.Versions).Folder("store", store.Directory).Digest();

    /// <exception cref="OperationException">Lint or a test failed; names the tests.</exception>
    public async Task<StoreTestResult> RunAsync(StorePrograms programs, bool again, CancellationToken cancellationToken)
    {
        var inputs = InputDigest(store, programs);
        var record = Path.Combine(resultsDirectory, "passed.json");
        if (!again && Passed(record, inputs) is { } before)
        {
            narrator.Say("test", $"{before.Passed} passed before with these inputs ({File.GetLastWriteTime(record):ddd HH:mm}); --again runs them");
            return before with { Unchanged = true };
        }

        Directory.CreateDirectory(resultsDirectory);
        File.Delete(record);
        var lint = await LocalProcess.RunAsync(programs.PnpmIn(store.Directory, "lint"), line => narrator.Detail("lint", line), cancellationToken).ConfigureAwait(false);
        lint.OrFail("The store's lint found faults", ExitCodes.Engine, "mend them, then ./build.sh Test");
        narrator.Say("test", $"lint clean, {lint.Duration.TotalSeconds:0.0} s");

        foreach (var old in Results())
            File.Delete(old);
        var run = await LocalProcess.RunAsync(programs.PnpmIn(store.Directory, "test"), line => narrator.Detail("test", line), cancellationToken).ConfigureAwait(false);
        var (result, failures) = Collect();
        if (!run.Succeeded || result.Failed > 0)
        {
            throw new OperationException($"The store's tests failed: {result.Failed} of {result.Passed + result.Failed}", ExitCodes.Engine)
            {
                Where = resultsDirectory,
                Seen = failures.Count > 0 ? string.Join('\n', failures.Take(10)) : run.Tail(),
                Next = "mend them, then ./build.sh Test",
            };
        }

        if (result.Passed == 0)
            throw new OperationException("The store's tests ended well but left no JUnit results in */test-results/*.xml", ExitCodes.Engine) { Where = store.Directory, Seen = run.Tail() };
        await File.WriteAllTextAsync(record, JsonSerializer.Serialize(new Record(inputs, result)), cancellationToken).ConfigureAwait(false);
        narrator.Say("test", $"{result.Passed} passed, {result.Skipped} skipped, {run.Duration.TotalSeconds:0.0} s");
        return result;
    }

    private static StoreTestResult? Passed(string path, string inputs)
    {
        try
        {
            var record = File.Exists(path) ? JsonSerializer.Deserialize<Record>(File.ReadAllText(path)) : null;
            return record?.Inputs == inputs ? record.Result : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private IEnumerable<string> Results() =>
        new[] { store.Directory, store.Backend, store.Storefront }
            .Select(folder => Path.Combine(folder, "test-results"))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.xml"));

    private (StoreTestResult Result, IReadOnlyList<string> Failures) Collect()
    {
        Directory.CreateDirectory(resultsDirectory);
        var (passed, failed, skipped) = (0, 0, 0);
        var failures = new List<string>();
        foreach (var path in Results())
        {
            File.Copy(path, Path.Combine(resultsDirectory, Path.GetFileName(path)), overwrite: true);
            foreach (var test in Read(path))
            {
                if (test.Element("skipped") is not null)
                {
                    skipped++;
                }
                else if (test.Element("failure") is not null || test.Element("error") is not null)
                {
                    failed++;
                    failures.Add($"{Path.GetFileNameWithoutExtension(path)}: {test.Attribute("name")?.Value}");
                }
                else
                {
                    passed++;
                }
            }
        }

        return (new StoreTestResult(passed, failed, skipped, false), failures);
    }

    private static IEnumerable<XElement> Read(string path)
    {
        try
        {
            return XDocument.Load(path).Descendants("testcase").ToArray();
        }
        catch (XmlException e)
        {
            throw new OperationException("A test result is not JUnit XML", ExitCodes.Engine) { Where = path, Seen = e.Message };
        }
    }

    private sealed record Record(string Inputs, StoreTestResult Result);
}
