using Serilog;

namespace Nuke.Common.Execution;

/// <summary>The engine's own extensions and the build's, by descending priority; the build's overridable methods come last.</summary>
internal sealed class Extensions
{
    private readonly List<IBuildExtension> _ordered = [];

    public Extensions(IEnumerable<IBuildExtension> extensions)
    {
        foreach (var extension in extensions)
        {
            var position = _ordered.FindIndex(other => other.Priority < extension.Priority);
            _ordered.Insert(position < 0 ? _ordered.Count : position, extension);
        }
    }

    /// <summary>Whether the invocation asked for something else than running targets, and has got it.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>Ends the run successfully, before any further extension.</summary>
    public void Answer() => IsAnswered = true;

    public void Raise<T>(Action<T> call) where T : IBuildExtension
    {
        foreach (var extension in _ordered)
        {
            if (IsAnswered)
                return;
            if (extension is not T listener)
                continue;
            if (NukeBuild.Verbosity == Verbosity.Verbose)
                LogCall<T>(extension);
            call(listener);
        }
    }

    private static void LogCall<T>(IBuildExtension extension)
    {
        var name = extension.GetType().Name;
        const string suffix = "Attribute";
        var shortName = name.EndsWith(suffix, StringComparison.Ordinal) ? name[..^suffix.Length] : name;
        Log.Verbose("{Extension:l}.{Event:l} ({Priority})", shortName, typeof(T).Name[1..], extension.Priority);
    }
}
