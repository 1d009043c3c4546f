using OpticWorks.Operations;

namespace OpticWorks.Acceptance.Rehearsal;

/// <summary>A narrator for tests that look at results only.</summary>
internal sealed class Silence : INarrator
{
    public void Say(string topic, string text)
    {
    }

    public void Warn(string topic, string text)
    {
    }

    public void Detail(string topic, string text)
    {
    }
}
