using System.Collections.Concurrent;
using OpticWorks.Operations;

namespace OpticWorks.Acceptance.Database;

/// <summary>Keeps what is said.</summary>
internal sealed class Notes : INarrator
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public IEnumerable<string> Warnings => Lines.Where(line => line.StartsWith('!'));

    public void Say(string topic, string text) => Lines.Enqueue($"{topic}: {text}");

    public void Warn(string topic, string text) => Lines.Enqueue($"! {topic}: {text}");

    public void Detail(string topic, string text) => Lines.Enqueue($"  {topic}: {text}");
}
