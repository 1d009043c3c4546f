namespace OpticWorks.Operations.Environments;

/// <summary>A narrator that says nothing secret.</summary>
public sealed class ScrubbingNarrator(INarrator inner, Scrubber scrubber) : INarrator
{
    public void Say(string topic, string text) => inner.Say(scrubber.Scrub(topic), scrubber.Scrub(text));

    public void Warn(string topic, string text) => inner.Warn(scrubber.Scrub(topic), scrubber.Scrub(text));

    public void Detail(string topic, string text) => inner.Detail(scrubber.Scrub(topic), scrubber.Scrub(text));
}
