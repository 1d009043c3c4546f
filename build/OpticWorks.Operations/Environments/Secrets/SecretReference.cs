using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace OpticWorks.Operations.Environments;

public enum SecretSource
{
    /// <summary>A variable of this process.</summary>
    Env,

    /// <summary>A file, relative to the root of the build.</summary>
    File,

    /// <summary>The output of a program, run without a shell.</summary>
    Command,

    /// <summary>The value itself, which is public.</summary>
    Text,
}

/// <summary>Where a value comes from: <c>env:NAME</c>, <c>file:PATH</c>, <c>command:PROGRAM ARGUMENTS</c>, or, for values that
/// are no secret, <c>text:VALUE</c>. Printing it prints the reference, never a secret.</summary>
/// <remarks>Values in an Ansible vault: <c>command:ansible-vault view --vault-password-file .vault-password secrets/redis</c>
/// (without a password file the program would ask, and nobody answers).</remarks>
public sealed record SecretReference(SecretSource Source, string Location)
{
    private static readonly Dictionary<string, SecretSource> Sources = new()
    {
        ["env"] = SecretSource.Env,
        ["file"] = SecretSource.File,
        ["command"] = SecretSource.Command,
        ["text"] = SecretSource.Text,
    };

    private static readonly Regex VariableName = new(@"\A[A-Za-z_][A-Za-z0-9_]*\z", RegexOptions.CultureInvariant);

    /// <summary>False for a public value, which is neither resolved nor scrubbed.</summary>
    public bool IsSecret => Source != SecretSource.Text;

    /// <summary>Reads a reference to a secret.</summary>
    /// <exception cref="OperationException">It is none (exit 2). The error does not repeat it: it may be the secret itself.
    /// </exception>
    public static SecretReference Parse(string text, bool publicText = true) =>
        TryParse(text, publicText, out var reference, out var complaint)
            ? reference
            : throw OperationException.Configuration($"A secret reference {complaint}");

    /// <summary>Reads a reference to a secret; <paramref name="complaint"/> completes "database.password …".</summary>
    /// <param name="publicText">Whether <c>text:VALUE</c> is taken too.</param>
    public static bool TryParse(
        string text, bool publicText, [NotNullWhen(true)] out SecretReference? reference, [NotNullWhen(false)] out string? complaint)
    {
        reference = null;
        var colon = text.IndexOf(':');
        var prefix = colon < 0 ? "" : text[..colon];
        var location = text[(colon + 1)..];
        if (!Sources.TryGetValue(prefix, out var source))
            complaint = Unknown(prefix, publicText);
        else if (source == SecretSource.Text && !publicText)
            complaint = $"holds a value in plain text; a secret is {Forms(publicText)}";
        else
            complaint = Complaint(source, location);
        if (complaint is not null)
            return false;
        reference = new SecretReference(source, location);
        return true;
    }

    public override string ToString() => $"{Sources.First(entry => entry.Value == Source).Key}:{Location}";

    internal static string Forms(bool publicText) =>
        $"env:NAME, file:PATH or command:PROGRAM ARGUMENTS{(publicText ? ", or text:VALUE for a public value" : "")}";

    private static string? Complaint(SecretSource source, string location)
    {
        if (location.Any(c => char.IsControl(c)))
            return "holds a control character";
        if (source == SecretSource.Text)
            return null;
        if (location.Length == 0 || char.IsWhiteSpace(location[0]))
            return $"names nothing after the colon; write {Forms(false)}";
        return source switch
        {
            SecretSource.Env when !VariableName.IsMatch(location) =>
                "names no variable after \"env:\" (letters, digits and _; not shown, it may be the secret itself)",
            SecretSource.Command => CommandWords.TrySplit(location, out _, out var complaint) ? null : complaint,
            _ => null,
        };
    }

    private static string Unknown(string prefix, bool publicText)
    {
        // Only a slip of a known word is repeated; anything else may be the beginning of a secret.
        if (prefix.Length is > 0 and < 10 && Nearest.To(prefix, ["env", "file", "command"]) is { } meant)
            return $"begins with {JsonPlace.Show(prefix + ":")}; did you mean \"{meant}:\"?";
        return $"is not a secret reference (not shown, it may be the secret itself); write {Forms(publicText)}";
    }
}

/// <summary>A secret and the place that asks for it, for example "database.password".</summary>
public sealed record NamedSecret(string Name, SecretReference Reference);
