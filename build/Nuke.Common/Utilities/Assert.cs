using System.Runtime.CompilerServices;

namespace Nuke.Common;

/// <summary>Checks that end a target with a message; the caller's expression is part of it.</summary>
public static class Assert
{
    /// <exception cref="Exception">Always.</exception>
    public static void Fail(string message, Exception exception = null) => throw new Exception(message, exception);

    public static void True(
        bool condition,
        string message = null,
        [CallerArgumentExpression("condition")] string argumentExpression = null)
    {
        if (!condition)
            throw new ArgumentException(message ?? $"Expected condition to be true: {argumentExpression}");
    }

    public static void False(
        bool condition,
        string message = null,
        [CallerArgumentExpression("condition")] string argumentExpression = null)
    {
        if (condition)
            throw new ArgumentException(message ?? $"Expected condition to be false: {argumentExpression}");
    }

    public static T NotNull<T>(
        this T obj,
        string message = null,
        [CallerArgumentExpression("obj")] string argumentExpression = null)
        where T : class =>
        obj ?? throw new ArgumentException(message ?? $"Expected object to be not null: {argumentExpression}");

    public static T? NotNull<T>(
        this T? obj,
        string message = null,
        [CallerArgumentExpression("obj")] string argumentExpression = null)
        where T : struct =>
        obj ?? throw new ArgumentException(message ?? $"Expected object to be not null: {argumentExpression}");

    public static string NotNullOrEmpty(
        this string str,
        string message = null,
        [CallerArgumentExpression("str")] string argumentExpression = null) =>
        string.IsNullOrEmpty(str) ? throw new ArgumentException(message ?? $"Expected text to be not empty: {argumentExpression}") : str;

    public static string NotNullOrWhiteSpace(
        this string str,
        string message = null,
        [CallerArgumentExpression("str")] string argumentExpression = null) =>
        string.IsNullOrWhiteSpace(str) ? throw new ArgumentException(message ?? $"Expected text to be not blank: {argumentExpression}") : str;

    public static void NotEmpty<T>(
        IReadOnlyCollection<T> collection,
        string message = null,
        [CallerArgumentExpression("collection")] string argumentExpression = null)
    {
        if (collection.NotNull(message, argumentExpression).Count == 0)
            throw new ArgumentException(message ?? $"Expected collection to be not empty: {argumentExpression}");
    }

    public static void Empty<T>(
        IReadOnlyCollection<T> collection,
        string message = null,
        [CallerArgumentExpression("collection")] string argumentExpression = null) =>
        Count(collection, length: 0, message, argumentExpression);

    public static void Count<T>(
        IReadOnlyCollection<T> collection,
        int length,
        string message = null,
        [CallerArgumentExpression("collection")] string argumentExpression = null)
    {
        var count = collection.NotNull(message, argumentExpression).Count;
        if (count != length)
            throw new ArgumentException(message ?? $"Expected collection to have {length} elements but it has {count}: {argumentExpression}");
    }

    public static void HasSingleItem<T>(
        IReadOnlyCollection<T> collection,
        string message = null,
        [CallerArgumentExpression("collection")] string argumentExpression = null) =>
        Count(collection, length: 1, message, argumentExpression);

    public static void FileExists(
        string path,
        string message = null,
        [CallerArgumentExpression("path")] string argumentExpression = null)
    {
        if (!File.Exists(path))
            throw new ArgumentException(message ?? $"Expected file to exist: {path} ({argumentExpression})");
    }

    public static void DirectoryExists(
        string path,
        string message = null,
        [CallerArgumentExpression("path")] string argumentExpression = null)
    {
        if (!Directory.Exists(path))
            throw new ArgumentException(message ?? $"Expected directory to exist: {path} ({argumentExpression})");
    }
}
