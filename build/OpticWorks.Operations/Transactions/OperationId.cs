using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace OpticWorks.Operations.Transactions;

/// <summary>Names one run of an operation: KIND-YYYYMMDD-HHMMSS-hhhhhh (UTC; the end is random). It is a file's name on the control host.</summary>
public sealed partial record OperationId
{
    private OperationId(string text) => Text = text;

    public string Text { get; }

    /// <summary>What was run, for example "DeployBackend".</summary>
    public string Kind => Text[..Text.IndexOf('-')];

    public static OperationId New(string kind, DateTimeOffset now) =>
        Parse(string.Create(CultureInfo.InvariantCulture,
            $"{kind}-{now.UtcDateTime:yyyyMMdd-HHmmss}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}"));

    /// <exception cref="OperationException">It is no operation's id (exit 2).</exception>
    public static OperationId Parse(string text) => Form().IsMatch(text)
        ? new OperationId(text)
        : throw OperationException.Configuration($"\"{text}\" is not an operation's id",
            next: "an id looks like DeployBackend-20261122-141203-0f3a9c");

    public override string ToString() => Text;

    [GeneratedRegex(@"^[A-Za-z]{1,40}-[0-9]{8}-[0-9]{6}-[0-9a-f]{6}\z")]
    private static partial Regex Form();
}
