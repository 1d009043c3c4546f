using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using OpticWorks.Operations.Storefront;
using OpticWorks.Operations.Storefront.Serving;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Acceptance.Storefront;

/// <summary>
/// Visitors who load a page after each step of a plan, on every version that has traffic then, and keep it open: after every later step they ask for all of its
/// files, on every version that may answer them then. Which version answers is named, so that nothing is left to chance.
/// </summary>
internal sealed partial class Visitors(EdgeShop shop) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false });
    private readonly List<OpenPage> _open = [];

    /// <summary>A page that was loaded after a step.</summary>
    private sealed record OpenPage(string Step, string Release, string Version, IReadOnlyList<string> Files);

    /// <summary>The steps, in their order.</summary>
    public List<string> Steps { get; } = [];

    /// <summary>Of a page (a step and a version) and a later step.</summary>
    public int Pairs { get; private set; }

    public int Pages => _open.Count;

    public int Requests { get; private set; }

    public List<string> Failures { get; } = [];

    public HashSet<string> Releases { get; } = [];

    /// <summary>The same plan, with visitors after everything that a step does or takes back.</summary>
    public Plan Watch(Plan plan) => plan.With(Watch);

    /// <summary>Those with open pages first: their files were there before these pages came.</summary>
    public async Task LookAsync(string step)
    {
        Steps.Add(step);
        using var work = await shop.WorkAsync();
        var serving = await ServingAsync(work);
        foreach (var page in _open)
        {
            Pairs++;
            foreach (var (version, release) in serving)
            {
                foreach (var file in page.Files)
                {
                    if (await GetAsync(file, version) is { Status: not 200 } answer)
                        Failures.Add($"{file}, for a page of {page.Release} loaded after \"{page.Step}\", from {release} after \"{step}\": {answer.Status}");
                }
            }
        }

        foreach (var (version, release) in serving)
        {
            var (status, body) = await GetAsync("/", version);
            if (status != 200)
            {
                Failures.Add($"/ of {release} after \"{step}\": {status}");
                continue;
            }

            Releases.Add(release);
            _open.Add(new OpenPage(step, release, version, [.. Source().Matches(body).Select(match => match.Groups[1].Value)]));
        }
    }

    public void Dispose() => _client.Dispose();

    private Step Watch(Step step) => step with
    {
        Do = async token =>
        {
            var text = await step.Do(token);
            await LookAsync($"{step}");
            return text;
        },
        Undo = step.Undo is null ? null : async token =>
        {
            await step.Undo(token);
            await LookAsync($"{step}, taken back");
        },
    };

    /// <summary>Versions with traffic, and their releases.</summary>
    private static async Task<List<(string Version, string Release)>> ServingAsync(StorefrontWork work)
    {
        var versions = await work.Api.VersionsAsync(CancellationToken.None);
        var now = (await work.Api.DeploymentsAsync(CancellationToken.None))![0];
        return [.. now.Versions.Where(share => share.Percentage > 0).Select(share => (share.VersionId, versions.First(version => version.Id == share.VersionId).Tag))];
    }

    private async Task<(int Status, string Body)> GetAsync(string path, string version)
    {
        Requests++;
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(shop.Url, path));
        request.Headers.TryAddWithoutValidation(StorefrontSite.Override, $"{TinyStorefront.Worker}=\"{version}\"");
        request.Headers.CacheControl = new CacheControlHeaderValue { NoCache = true };
        using var response = await _client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    [GeneratedRegex("src=\"([^\"]+)\"")]
    private static partial Regex Source();
}
