using OpticWorks.Operations.Storefront.Bundles;

namespace OpticWorks.Operations.Tests.Storefront;

public sealed class SecretScanTests
{
    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    // Put together here, so that no text of this repository looks like a key.
    public static TheoryData<string, string> Secrets => new()
    {
        { "const key='" + "sk_" + "live_51HabcdEFGH12345678'", "a secret key of Stripe" },
        { "sk_" + "test_4eC39HqLyjWDarjtT1zdp7dc", "a secret key of Stripe" },
        { "{\"k\":\"" + "rk_" + "live_51HabcdEFGH12345678\"}", "a restricted key of Stripe" },
        { "whsec_" + "5WbX5kEWLlfzsGNjH64I8lOOqUB6e8FH", "a webhook's signing secret" },
        { "-----BEGIN " + "RSA PRIVATE KEY-----\nMII", "a private key" },
        { "-----BEGIN " + "PRIVATE KEY-----\nMII", "a private key" },
        { "AKIA" + "IOSFODNN7EXAMPLE", "an access key of AWS" },
        { "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a", "an access token" },
        { "sk_" + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "an access token" },
        { "adminApiToken:\"" + "q8Zr2LmX0vB7tYkP4nWcJ9sD\"", "\"adminApiToken\" is given a random value of 24 characters" },
        { "\"client_secret\" = '" + "Kd93jf02LsmQpz81vBnXyT64'", "\"client_secret\" is given a random value of 24 characters" },
    };

    [Theory]
    [MemberData(nameof(Secrets))]
    public void A_secret_is_found_and_not_repeated(string text, string kind)
    {
        var finding = SecretScan.Find("app.js", $"first line\n{text}", None).ShouldHaveSingleItem();
        finding.ToString().ShouldBe($"app.js, line 2: {kind}");
    }

    [Theory]
    [InlineData("if (key.startsWith('sk_live_')) throw new Error('secret')")]
    [InlineData("publishableKey:\"pk_test_4eC39HqLyjWDarjtT1zdp7dc\"")]
    [InlineData("x-publishable-api-key: pk_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("task_live_4eC39HqLyjWDarjtT1zdp7dc")]
    [InlineData("password: \"please-enter-your-password-here\"")]
    [InlineData("forgotPasswordLink=\"account/forgot/password/link\"")]
    [InlineData("secret=\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"")]
    [InlineData("__SECRET_INTERNALS_DO_NOT_USE_OR_YOU_WILL_BE_FIRED=t")]
    public void What_is_public_or_no_key_is_passed(string text) => SecretScan.Find("app.js", text, None).ShouldBeEmpty();

    [Fact]
    public void A_value_of_the_environment_is_found_by_its_name()
    {
        var known = new Dictionary<string, string> { ["redis.password"] = "correct horse", ["short"] = "abc" };
        SecretScan.Find("a.js", "abc\ncorrect horse", known).ShouldHaveSingleItem().ToString().ShouldBe("a.js, line 2: the value of redis.password");
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("aaaa", 0)]
    [InlineData("abab", 1)]
    [InlineData("abcd", 2)]
    public void Entropy_is_Shannons(string text, double bits) => SecretScan.Entropy(text).ShouldBe(bits, 1e-9);
}
