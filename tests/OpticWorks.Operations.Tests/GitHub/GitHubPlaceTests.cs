using OpticWorks.Operations.GitHub;

namespace OpticWorks.Operations.Tests.GitHub;

public sealed class GitHubPlaceTests
{
    private static readonly Dictionary<string, string> Actions = new()
    {
        ["GITHUB_REPOSITORY"] = "optic-works/store",
        ["GITHUB_SERVER_URL"] = "https://github.com",
        ["GITHUB_API_URL"] = "https://api.github.com",
        ["GITHUB_RUN_ID"] = "7",
        ["GITHUB_SHA"] = "aaaa",
        ["GITHUB_ACTOR"] = "mara",
    };

    [Fact]
    public void In_Actions_everything_is_known()
    {
        var place = GitHubPlace.Of(Actions.GetValueOrDefault, "secret-token", null, out _)!;

        (place.Repository, place.RunUrl, place.Commit, place.PullRequest).ShouldBe(("optic-works/store", "https://github.com/optic-works/store/actions/runs/7", "aaaa", null));
        place.ToString().ShouldBe("optic-works/store");
    }

    [Fact]
    public void Of_a_pull_request_the_last_commit_counts_and_not_the_trial_merge()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "event.json");
        File.WriteAllText(file, """{"pull_request":{"number":12,"head":{"sha":"bbbb"}}}""");

        var place = GitHubPlace.Of(name => name == "GITHUB_EVENT_PATH" ? file : Actions.GetValueOrDefault(name), "secret-token", null, out _)!;

        (place.PullRequest, place.Commit).ShouldBe((12, "bbbb"));
    }

    [Theory]
    [InlineData(null, "optic-works/store", "https://api.github.com", "GITHUB_TOKEN is not set")]
    [InlineData(" ", "optic-works/store", "https://api.github.com", "GITHUB_TOKEN is not set")]
    [InlineData("t", "", "https://api.github.com", "GITHUB_REPOSITORY names no repository")]
    [InlineData("t", "a/b/c", "https://api.github.com", "GITHUB_REPOSITORY names no repository")]
    [InlineData("t", "a/b", "http://api.example.org", "GITHUB_API_URL is not an https address; a token goes nowhere else")]
    public void What_is_missing_is_named(string? token, string repository, string api, string missing)
    {
        GitHubPlace.Of(name => name switch { "GITHUB_REPOSITORY" => repository, "GITHUB_API_URL" => api, _ => null }, token, null, out var why).ShouldBeNull();
        why.ShouldBe(missing);
    }

    [Theory]
    [InlineData("https://github.com/optic-works/store.git", "optic-works/store")]
    [InlineData("https://someone@github.com/optic-works/store", "optic-works/store")]
    [InlineData("git@github.com:optic-works/store.git", "optic-works/store")]
    [InlineData("ssh://git@github.com/optic-works/store", "optic-works/store")]
    [InlineData("https://github.com.example.org/optic-works/store", null)]
    [InlineData("/srv/git/store", null)]
    [InlineData(null, null)]
    public void The_origin_of_a_checkout_names_the_repository(string? origin, string? repository) => GitHubPlace.RepositoryOf(origin).ShouldBe(repository);
}
