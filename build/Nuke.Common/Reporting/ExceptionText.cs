using System.Reflection;
using System.Text;

namespace Nuke.Common.Reporting;

/// <summary>
/// How an exception is shown: with its stack at <see cref="Verbosity.Verbose"/>, else its type and message, or the message alone when
/// the type is the build's own and its message was written to be read.
/// </summary>
internal static class ExceptionText
{
    public static Exception Unwrap(Exception exception) => exception switch
    {
        TargetInvocationException { InnerException: { } inner } => Unwrap(inner),
        AggregateException { InnerExceptions: [var only] } => Unwrap(only),
        TypeInitializationException { InnerException: { } inner } => Unwrap(inner),
        _ => exception
    };

    public static string Of(Exception exception, bool withStack)
    {
        if (withStack)
            return exception.ToString();
        var text = new StringBuilder(Headline(exception));
        for (var inner = exception.InnerException; inner != null; inner = inner.InnerException)
            text.Append("\n ---> ").Append(Headline(inner));
        return text.ToString();
    }

    private static string Headline(Exception exception)
    {
        var type = exception.GetType();
        var isOfBuild = type.Assembly != typeof(NukeBuild).Assembly && !type.FullName.StartsWith("System.", StringComparison.Ordinal);
        return isOfBuild ? exception.Message : $"{type.FullName}: {exception.Message}";
    }
}
