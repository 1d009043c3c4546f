using System.Globalization;
using OpticWorks.Operations.Transactions;
using OpticWorks.Operations.Transactions.Observation;

namespace OpticWorks.Operations.Notifications;

/// <summary>Moments of operations as people read them elsewhere.</summary>
public static class OperationText
{
    /// <summary>One sentence without its end: what it is, where, and how far.</summary>
    public static string Line(OperationMoment moment) => Sentence(moment,
        $"{moment.Operation.Kind} on {moment.Operation.Environment}{(moment.Operation.Release.Length > 0 ? $" ({moment.Operation.Release})" : "")}");

    /// <summary>The same where environment and release stand beside it and room is short.</summary>
    public static string Brief(OperationMoment moment) => Sentence(moment, moment.Operation.Kind);

    private static string Sentence(OperationMoment moment, string subject) => moment.Stage switch
    {
        OperationStage.Started => moment.Resumed switch
        {
            ResumeWay.Undo => $"{subject} is being taken back",
            ResumeWay.Continue => $"{subject} goes on",
            _ => $"{subject} has begun",
        },
        OperationStage.TakingBack => $"{subject} is being taken back: {moment.Why}",
        OperationStage.Done when moment.Resumed == ResumeWay.Undo => $"{subject} is taken back",
        OperationStage.Done => $"{subject} is done",
        OperationStage.LeftUnfinished => $"{subject} was left unfinished: {moment.Why}",
        _ when moment.ExitCode == ExitCodes.Interrupted => $"{subject} was interrupted and undone",
        _ when moment.IsTakenBack => $"{subject} failed and was undone: {moment.Why}",
        _ => $"{subject} failed and was NOT fully undone: {moment.Why}",
    };

    /// <summary>What a person has to do now; null: nothing.</summary>
    public static string? Next(OperationMoment moment) => moment switch
    {
        { Stage: OperationStage.LeftUnfinished } => $"./build.sh Resume --environment {moment.Operation.Environment}     or with --abort to take it back",
        { Stage: OperationStage.Failed, IsTakenBack: false } => $"a person is needed: ./build.sh Health --environment {moment.Operation.Environment}",
        _ => null,
    };

    /// <summary>4.2 s, 2 min 05 s.</summary>
    public static string Time(TimeSpan duration) => duration.TotalSeconds switch
    {
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.0} s"),
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalMinutes} min {duration.Seconds:00} s"),
    };
}
