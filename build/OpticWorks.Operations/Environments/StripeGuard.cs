using System.Text.RegularExpressions;

namespace OpticWorks.Operations.Environments;

/// <summary>Keeps Stripe's live keys out of test environments and test keys out of live ones. Secret, restricted and publishable
/// keys begin with sk_, rk_ or pk_, then live_ or test_ (Stripe's documentation, "API keys").</summary>
public static partial class StripeGuard
{
    /// <summary>Looks through texts (values of variables, whole files) for keys of the other kind.</summary>
    /// <param name="texts">Each with where it comes from, for example "variables.STRIPE_API_KEY" or a file's name.</param>
    /// <exception cref="OperationException">There are some (exit 4). Names where and of which kind, never a key.</exception>
    public static void Check(StripeMode mode, IEnumerable<(string Source, string Text)> texts)
    {
        var wanted = mode == StripeMode.Live ? "live" : "test";
        var found = texts.SelectMany(text => Wrong(text.Source, text.Text, wanted)).Distinct().ToList();
        if (found.Count == 0)
            return;
        var other = mode == StripeMode.Live ? "test" : "live";
        throw OperationException.Preflight($"Stripe {other} keys in an environment whose stripe.mode is \"{wanted}\"",
            seen: string.Join('\n', found),
            next: $"put {wanted} keys there, or correct stripe.mode in the environment file");
    }

    private static IEnumerable<string> Wrong(string source, string text, string wanted) =>
        from match in Key().Matches(text)
        where match.Groups["mode"].Value != wanted
        select $"{source}{Line(text, match.Index)}: {match.Groups["prefix"].Value}…";

    private static string Line(string text, int index) =>
        text.Contains('\n') ? $", line {text.AsSpan(0, index).Count('\n') + 1}" : "";

    // A bare prefix, as code compares with, is no key; nor is the end of another word ("task_live_…").
    [GeneratedRegex("(?<![A-Za-z0-9])(?<prefix>[srp]k_(?<mode>live|test)_)[A-Za-z0-9]{8,}", RegexOptions.CultureInvariant)]
    private static partial Regex Key();
}
