using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Tests.Toolchain;

public sealed class NpmConfigurationTests
{
    private static readonly Dictionary<string, string> None = [];

    [Theory]
    [InlineData("NPM_CONFIG_REGISTRY")]
    [InlineData("npm_config_registry")]
    public void A_variable_wins(string name) =>
        NpmConfiguration.Registry(new Dictionary<string, string> { [name] = "http://one.example/npm" }, ["registry=http://two.example/"])
            .ShouldBe(new Uri("http://one.example/npm/"));

    [Fact]
    public void The_first_file_that_names_one_wins() =>
        NpmConfiguration.Registry(None, ["; registry=http://zero.example\nfund=false\n", "registry = \"https://two.example/a/\"\r\n", "registry=http://three.example"])
            .ShouldBe(new Uri("https://two.example/a/"));

    [Fact]
    public void Variables_in_a_file_are_expanded_and_scopes_are_not_taken_for_the_registry() =>
        NpmConfiguration.Registry(new Dictionary<string, string> { ["NPM_HOST"] = "four.example" }, ["@scope:registry=http://no.example\nregistry=https://${NPM_HOST}/"])
            .ShouldBe(new Uri("https://four.example/"));

    [Fact]
    public void Without_any_it_is_the_public_one() => NpmConfiguration.Registry(None, []).Scheme.ShouldBe("https");

    [Theory]
    [InlineData("ftp://one.example")]
    [InlineData("not an address")]
    [InlineData("/a/folder")]
    public void What_is_no_address_is_refused(string registry) =>
        Should.Throw<OperationException>(() => NpmConfiguration.Registry(None, [$"registry={registry}"])).ExitCode.ShouldBe(ExitCodes.Configuration);
}
