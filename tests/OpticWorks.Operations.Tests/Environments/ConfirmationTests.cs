using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Tests.Environments;

public sealed class ConfirmationTests
{
    [Theory]
    [InlineData("staging", null, null, true)]
    [InlineData("staging", "staging", null, true)]
    [InlineData("staging", "production", null, false)]
    [InlineData("production", null, null, false)]
    [InlineData("production", "production", null, true)]
    [InlineData("production", "Production", null, false)]
    [InlineData("production", "", null, false)]
    [InlineData("production", null, "production", true)]
    [InlineData("production", null, " production ", true)]
    [InlineData("production", null, "yes", false)]
    [InlineData("production", "staging", "production", false)]
    public void A_protected_environment_is_confirmed_by_its_name(string name, string? confirm, string? typed, bool passes)
    {
        var environment = EnvironmentFile.Load(EnvironmentFolder.Repository(), name);
        Func<string, string?>? ask = typed is null ? null : _ => typed;

        var error = Record.Exception(() => Confirmation.Require(environment, confirm, ask));

        (error is null).ShouldBe(passes);
        if (error is OperationException refused)
            (refused.ExitCode, refused.Next).ShouldBe((ExitCodes.Configuration, $"add --confirm {name}"));
    }

    [Fact]
    public void Nobody_at_the_terminal_is_no_confirmation() =>
        Should.Throw<OperationException>(() => Confirmation.Require(
            EnvironmentFile.Load(EnvironmentFolder.Repository(), "production"), confirm: null, ask: _ => null));
}
