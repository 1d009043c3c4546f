using System.Collections.Concurrent;
using OpticWorks.Operations;

namespace OpticWorks.Acceptance.GitHub;

/// <summary>A narrator that keeps what was said.</summary>
internal sealed class Lines : INarrator
{
    public ConcurrentQueue<string> All { get; } = new();

    public void Say(string topic, string text) => All.Enqueue($"{topic}: {text}");

    public void Warn(string topic, string text) => All.Enqueue($"{topic}! {text}");

    public void Detail(string topic, string text)
    {
    }
}
