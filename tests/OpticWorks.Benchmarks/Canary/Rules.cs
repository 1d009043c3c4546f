using OpticWorks.Operations.Canary.Judging;

namespace OpticWorks.Benchmarks.Canary;

/// <summary>A rule that watches a canary second by second.</summary>
internal interface IRule
{
    /// <summary>True: undo it now.</summary>
    bool Alarms(int second, Tally canary, Tally stable);
}

/// <summary>The error test alone, with all the odds of a false alarm.</summary>
internal sealed class ErrorTest : IRule
{
    private readonly RateEvidence _evidence = new();
    private readonly EvidenceWindow _window = new();

    public bool Alarms(int second, Tally canary, Tally stable)
    {
        if (second == 600)
            _window.Drop();
        if (_window.Add(TimeSpan.FromSeconds(1), canary, stable, out var all))
            _evidence.Add(all.Canary.Requests, all.Canary.Errors, all.Stable.Requests, all.Stable.Errors);
        return _evidence.Reaches(0.01);
    }
}

/// <summary>Everything that a real canary is judged by.</summary>
internal sealed class WholeJudge : IRule
{
    // No step ends here: it is looked at for twenty minutes without a pause.
    private readonly Judge _judge = new(new JudgeTerms(0.01, 0.01, TimeSpan.FromSeconds(Cell.Seconds + 1)));

    public WholeJudge() => _judge.Begin(compares: true);

    public bool Alarms(int second, Tally canary, Tally stable)
    {
        var look = new CanaryLook(TimeSpan.FromSeconds(second + 1), canary, stable) { Share = second < 600 ? 0.1 : 0.5 };
        return _judge.See(look).Outcome == Outcome.Fail;
    }
}

/// <summary>Argo Rollouts' analysis with its defaults (failureLimit 0, consecutiveErrorLimit 4) and one measurement a minute: the canary's
/// error rate of that minute is at most 1 %. No request in a minute is an empty result: an error, of which the fifth in a row ends it.</summary>
internal sealed class ArgoRollouts : IRule
{
    private Tally _minute;
    private int _errors;

    public bool Alarms(int second, Tally canary, Tally stable)
    {
        _minute += canary;
        if ((second + 1) % 60 != 0)
            return false;
        var minute = _minute;
        _minute = default;
        _errors = minute.Requests == 0 ? _errors + 1 : 0;
        return _errors > 4 || minute.ErrorRate > 0.01;
    }
}

/// <summary>Flagger with its defaults (interval 60 s, threshold 1, no values count as a failed check) and a success rate of at least 99 %. The
/// threshold is looked at when the next minute begins.</summary>
internal sealed class Flagger : IRule
{
    private Tally _minute;
    private int _failed;

    public bool Alarms(int second, Tally canary, Tally stable)
    {
        _minute += canary;
        if ((second + 1) % 60 != 0)
            return false;
        if (_failed >= 1)
            return true;
        if (_minute.Requests == 0 || _minute.ErrorRate > 0.01)
            _failed++;
        _minute = default;
        return false;
    }
}
