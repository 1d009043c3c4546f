using System.Reflection;

namespace Nuke.Common.Reporting;

/// <summary>The values of secret parameters, which never appear in what the engine prints or logs.</summary>
internal static class Redaction
{
    public const string Replacement = "[REDACTED]";

    /// <summary>Shorter values would hide ordinary words rather than a secret.</summary>
    private const int ShortestSecret = 4;

    private static readonly Lock Access = new();
    private static string[] _secrets = [];

    public static void Clear() => _secrets = [];

    public static void AddIfSecret(MemberInfo member, object value)
    {
        if (value == null || !member.IsDefined(typeof(SecretAttribute)))
            return;
        if (value is IEnumerable<string> values)
            Array.ForEach([.. values], Add);
        else
            Add(value.ToString());
    }

    public static void Add(string secret)
    {
        if (secret == null || secret.Trim().Length < ShortestSecret)
            return;
        lock (Access)
        {
            // Longest first, so that a secret which contains another is hidden as a whole.
            if (!_secrets.Contains(secret))
                _secrets = [.. _secrets.Append(secret).OrderByDescending(known => known.Length)];
        }
    }

    public static string Of(string text)
    {
        foreach (var secret in _secrets)
            text = text.Replace(secret, Replacement, StringComparison.Ordinal);
        return text;
    }
}
