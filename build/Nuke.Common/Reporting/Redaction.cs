using System.Collections;
using System.Globalization;
using System.Reflection;

namespace Nuke.Common.Reporting;

/// <summary>The values of secret parameters, which never appear in what the engine prints or logs, in none of their <see cref="SecretForms"/>.</summary>
internal static class Redaction
{
    public const string Replacement = "[REDACTED]";

    private static readonly Lock Access = new();
    private static readonly HashSet<string> Secrets = [];
    private static string[] _forms = [];

    public static void Clear()
    {
        lock (Access)
        {
            Secrets.Clear();
            _forms = [];
        }
    }

    public static void AddIfSecret(MemberInfo member, object value)
    {
        if (value == null || !member.IsDefined(typeof(SecretAttribute)))
            return;
        Add(value);
    }

    public static void Add(string secret)
    {
        lock (Access)
        {
            if (secret == null || !Secrets.Add(secret))
                return;
            // Longest first, so that a secret which contains another is hidden as a whole.
            _forms = [.. _forms.Union(SecretForms.Of(secret)).OrderByDescending(form => form.Length)];
        }
    }

    public static string Of(string text)
    {
        foreach (var form in _forms)
            text = text.Replace(form, Replacement, StringComparison.Ordinal);
        return text;
    }

    private static void Add(object value)
    {
        if (value is string text)
        {
            Add(text);
        }
        else if (value is IEnumerable values)
        {
            foreach (var item in values)
                Add(item);
        }
        else if (value is not null)
        {
            Add(Convert.ToString(value, CultureInfo.InvariantCulture));
        }
    }
}
