namespace OpticWorks.Operations;

/// <summary>
/// Where operations say what they do: one line a fact, under a short topic ("switch", "stage"). The targets decide how
/// it looks (terminal, plain lines, standard error beside a JSON document); operations never print.
/// </summary>
public interface INarrator
{
    /// <summary>A fact worth a line.</summary>
    void Say(string topic, string text);

    /// <summary>A fact that a person should look at although the work goes on.</summary>
    void Warn(string topic, string text);

    /// <summary>Detail for --verbosity verbose and for the log file.</summary>
    void Detail(string topic, string text);
}
