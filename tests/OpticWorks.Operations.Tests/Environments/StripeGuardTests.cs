using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Tests.Environments;

public sealed class StripeGuardTests
{
    // Put together here, so that no scanner takes this file for a leak.
    private static readonly string Digits = new('a', 24);

    [Theory]
    [InlineData("sk_live_", StripeMode.Test, false)]
    [InlineData("rk_live_", StripeMode.Test, false)]
    [InlineData("pk_live_", StripeMode.Test, false)]
    [InlineData("sk_test_", StripeMode.Live, false)]
    [InlineData("rk_test_", StripeMode.Live, false)]
    [InlineData("pk_test_", StripeMode.Live, false)]
    [InlineData("sk_test_", StripeMode.Test, true)]
    [InlineData("pk_live_", StripeMode.Live, true)]
    [InlineData("task_live_", StripeMode.Test, true)]
    public void The_other_kind_of_key_is_refused(string prefix, StripeMode mode, bool fits)
    {
        var check = () => StripeGuard.Check(mode, [("variables.STRIPE_API_KEY", $"KEY=\"{prefix}{Digits}\"")]);

        if (fits)
            check.ShouldNotThrow();
        else
            check.ShouldThrow<OperationException>().ExitCode.ShouldBe(ExitCodes.PreflightRefused);
    }

    [Fact]
    public void Every_place_is_named_and_no_key()
    {
        var error = Should.Throw<OperationException>(() => StripeGuard.Check(StripeMode.Test,
        [
            ("variables.STRIPE_API_KEY", $"sk_live_{Digits}"),
            ("apps/storefront/.env", $"A=1\nNEXT_PUBLIC_STRIPE_KEY=pk_live_{Digits}\nB=pk_test_{Digits}\n"),
        ]));

        error.Explain().ShouldBe("""
            Stripe live keys in an environment whose stripe.mode is "test" (exit 4)
              seen    variables.STRIPE_API_KEY: sk_live_…
                      apps/storefront/.env, line 2: pk_live_…
              next    put test keys there, or correct stripe.mode in the environment file
            """);
    }

    [Fact]
    public void A_bare_prefix_is_no_key() =>
        Should.NotThrow(() => StripeGuard.Check(StripeMode.Test, [("code.js", "key.startsWith('sk_live_')")]));
}
