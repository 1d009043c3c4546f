using Serilog;

namespace Nuke.Common;

/// <summary>Goes on despite errors, or tries again.</summary>
public static class ControlFlow
{
    public static void SuppressErrors(Action action, bool includeStackTrace = false, bool logWarning = true) =>
        SuppressErrors<object>(
            () =>
            {
                action();
                return null;
            },
            includeStackTrace: includeStackTrace,
            logWarning: logWarning);

    public static T SuppressErrors<T>(Func<T> action, T defaultValue = default, bool includeStackTrace = false, bool logWarning = true)
    {
        try
        {
            return action();
        }
        catch (Exception exception)
        {
            if (logWarning)
                Log.Warning(includeStackTrace ? exception : null, "{Message:l}", exception.Message);
            return defaultValue;
        }
    }

    public static IEnumerable<T> SuppressErrors<T>(Func<IEnumerable<T>> action, bool includeStackTrace = false) =>
        SuppressErrors(action, [], includeStackTrace);

    /// <summary>Tries the action up to the given number of times; the last error is thrown.</summary>
    public static void ExecuteWithRetry(
        Action action,
        Action cleanup = null,
        int retryAttempts = 3,
        TimeSpan? delay = null,
        Action<string> logAction = null)
    {
        Assert.True(retryAttempts > 0, "At least one attempt is needed");
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                action();
                return;
            }
            catch (Exception exception) when (attempt < retryAttempts)
            {
                (logAction ?? (message => Log.Warning("{Message:l}", message)))($"Attempt {attempt} of {retryAttempts} failed: {exception.Message}");
            }
            finally
            {
                cleanup?.Invoke();
            }

            Thread.Sleep(delay ?? TimeSpan.Zero);
        }
    }
}
