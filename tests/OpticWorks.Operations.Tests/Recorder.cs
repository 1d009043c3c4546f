using System.Collections.Concurrent;
using OpticWorks.Operations;

namespace OpticWorks.Operations.Tests;

/// <summary>A narrator that keeps what was said.</summary>
internal sealed class Recorder : INarrator
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public void Say(string topic, string text) => Lines.Enqueue($"{topic}: {text}");

    public void Warn(string topic, string text) => Lines.Enqueue($"{topic}! {text}");

    public void Detail(string topic, string text)
    {
    }
}
