using System.Text.Json;

namespace OpticWorks.Operations.Database.Migrations;

/// <summary>What Medusa's command line says while it migrates. Its exit code alone proves nothing (in several versions a failure ends
/// with 0), and neither do its lines alone: they explain what the database shows.</summary>
public sealed class MedusaOutput
{
    private const int Kept = 40;

    private readonly Lock _lock = new();
    private readonly Queue<string> _tail = new();
    private readonly List<string> _errors = [];
    private string _last = "";
    private string? _module;
    private string? _migration;

    /// <summary>When it last said something.</summary>
    public DateTimeOffset LastAt { get; private set; } = DateTimeOffset.UtcNow;

    /// <summary>A statement waited for a lock for longer than it may: PostgreSQL's 55P03, in its own words.</summary>
    public bool LockTimedOut { get; private set; }

    /// <summary>What it said last.</summary>
    public string Last
    {
        get
        {
            lock (_lock)
                return _last;
        }
    }

    /// <summary>The migration that it was at, "module name"; null: at none.</summary>
    public string? Current
    {
        get
        {
            lock (_lock)
                return _migration is null ? null : $"{_module} {_migration}";
        }
    }

    /// <summary>What it reported as an error, each once.</summary>
    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (_lock)
                return [.. _errors.Distinct()];
        }
    }

    public string Tail
    {
        get
        {
            lock (_lock)
                return string.Join('\n', _tail);
        }
    }

    /// <summary>Takes in one line.</summary>
    /// <returns>What of it is worth telling people; null: nothing.</returns>
    public string? Read(string line)
    {
        var (level, text) = Parse(line);
        lock (_lock)
        {
            LastAt = DateTimeOffset.UtcNow;
            if (text.Length == 0)
                return null;
            _last = text.Split('\n')[0];
            _tail.Enqueue(text);
            if (_tail.Count > Kept)
                _tail.Dequeue();
            if (text.Contains("canceling statement due to lock timeout", StringComparison.Ordinal) || text.Contains("55P03", StringComparison.Ordinal))
                LockTimedOut = true;
            if (level == "error" || text.Contains("Failed with error", StringComparison.Ordinal))
                _errors.Add(text.Split('\n')[0]);
            if (text.StartsWith("MODULE: ", StringComparison.Ordinal))
                _module = text["MODULE: ".Length..].Trim();
            foreach (var (mark, begins) in new[] { ("● Migrating ", true), ("● Reverting ", true), ("✔ Migrated ", false), ("✔ Reverted ", false), ("Running migration script ", true) })
            {
                var at = text.IndexOf(mark, StringComparison.Ordinal);
                if (at < 0)
                    continue;
                _migration = begins ? Path.GetFileName(text[(at + mark.Length)..].Trim()) : null;
                return begins ? null : $"{_module} {text[(at + mark.Length)..].Trim()}";
            }

            return null;
        }
    }

    private static (string? Level, string Text) Parse(string line)
    {
        if (!line.StartsWith('{'))
            return (line.StartsWith("error:", StringComparison.Ordinal) ? "error" : null, line.TrimEnd());
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            return (root.TryGetProperty("level", out var level) ? level.GetString() : null,
                root.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String ? message.GetString()!.TrimEnd() : line);
        }
        catch (JsonException)
        {
            return (null, line.TrimEnd());
        }
    }
}
