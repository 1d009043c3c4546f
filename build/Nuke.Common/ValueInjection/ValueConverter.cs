using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using Nuke.Common.Execution;
using Nuke.Common.IO;

namespace Nuke.Common.ValueInjection;

/// <summary>
/// Turns text into the type of a member. Failures are <see cref="FormatException"/>s that complete a sentence beginning with the
/// parameter ("… expects a whole number") and never repeat the text, which may be a secret in the wrong place.
/// </summary>
internal static class ValueConverter
{
    /// <summary>The values of one parameter; a list takes any number of them, a switch none or one, everything else one.</summary>
    public static object Convert(IReadOnlyList<string> values, Type type, char? separator, AbsolutePath baseDirectory)
    {
        var elementType = CollectionType.ElementOf(type);
        if (elementType != null)
            return CollectionType.Create(type, elementType, [.. Split(values, separator).Select(value => Single(value, elementType, baseDirectory))]);
        if (values.Count == 0 && Underlying(type) == typeof(bool))
            return true;
        if (values.Count == 0)
            throw new FormatException("needs a value");
        if (values.Count > 1)
            throw new FormatException($"takes one value, but {values.Count} are given");
        return Single(values[0], type, baseDirectory);
    }

    public static object Single(string text, Type type, AbsolutePath baseDirectory)
    {
        type = Underlying(type);
        if (type == typeof(string) || type == typeof(object))
            return text;
        if (type == typeof(AbsolutePath))
            return AbsolutePath.Create(Path.Combine(baseDirectory, text));
        if (type == typeof(bool))
            return bool.TryParse(text, out var flag) ? flag : throw Expected(type);
        if (type == typeof(int))
            return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw Expected(type);
        if (type.IsEnum)
            return Enumerated(text, type);
        return Other(text, type);
    }

    /// <summary>The names a value of the type can have; empty when it is open.</summary>
    public static IReadOnlyList<string> Names(Type type)
    {
        type = Underlying(type);
        if (type.IsEnum)
            return Enum.GetNames(type);
        return typeof(Tooling.Enumeration).IsAssignableFrom(type)
            ? [.. type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.FieldType == type).Select(field => field.Name)]
            : [];
    }

    private static object Enumerated(string text, Type type)
    {
        var names = Enum.GetNames(type);
        var name = names.FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) ?? throw NotOneOf(text, names);
        return Enum.Parse(type, name);
    }

    private static object Other(string text, Type type)
    {
        try
        {
            var converter = type.GetCustomAttribute<TypeConverterAttribute>() is { } attribute
                ? (TypeConverter)Activator.CreateInstance(Type.GetType(attribute.ConverterTypeName, throwOnError: true))
                : TypeDescriptor.GetConverter(type);
            return converter.ConvertFromInvariantString(text) ?? throw Expected(type);
        }
        catch (Exception) when (Names(type) is { Count: > 0 } names)
        {
            throw NotOneOf(text, names);
        }
        catch (Exception exception) when (exception is not FormatException { InnerException: null })
        {
            throw Expected(type);
        }
    }

    private static IEnumerable<string> Split(IReadOnlyList<string> values, char? separator)
    {
        if (separator is not { } character || !values.Any(value => value.Contains(character)))
            return values;
        return values.Count == 1
            ? values[0].Split(character, StringSplitOptions.RemoveEmptyEntries)
            : throw new FormatException($"takes its values either separated by '{character}' or as separate arguments, not both");
    }

    private static FormatException NotOneOf(string text, IReadOnlyList<string> names) =>
        new($"expects one of {string.Join(", ", names)}{NearestName.Suggestion(text, names)}");

    private static FormatException Expected(Type type) => new($"expects {Kind(type)}");

    private static string Kind(Type type)
    {
        if (type == typeof(bool))
            return "true or false";
        if (type == typeof(TimeSpan))
            return "a duration such as 0:02:30 (hours:minutes:seconds)";
        if (type == typeof(DateTime) || type == typeof(DateTimeOffset) || type == typeof(DateOnly))
            return "a date such as 2026-01-31";
        if (type == typeof(double) || type == typeof(float) || type == typeof(decimal))
            return "a number";
        return type.IsPrimitive ? $"a whole number ({type.Name})" : $"a value of type {type.Name}";
    }

    private static Type Underlying(Type type) => Nullable.GetUnderlyingType(type) ?? type;
}
