namespace OpticWorks.Operations.Transactions.Journals;

/// <summary>How far a step got, as its journal knows.</summary>
public enum StepState
{
    /// <summary>It may have acted, wholly, in part or not at all.</summary>
    Begun,

    /// <summary>It has acted; whether what it did is right was not seen.</summary>
    Done,

    /// <summary>It has acted and was verified.</summary>
    Verified,

    /// <summary>It failed and may have acted in part.</summary>
    Failed,

    /// <summary>It may have been taken back, wholly, in part or not at all.</summary>
    Undoing,

    /// <summary>It is taken back.</summary>
    Undone,

    /// <summary>It has no undo and stays.</summary>
    Kept,

    /// <summary>It could not be taken back.</summary>
    Left,
}

/// <summary>What can be done with an operation now.</summary>
public enum Remaining
{
    /// <summary>It is finished: nothing.</summary>
    Nothing,

    /// <summary>It was going forward: it can be continued or taken back.</summary>
    ContinueOrUndo,

    /// <summary>It had failed, or was being taken back: it can only be taken back.</summary>
    UndoOnly,
}

/// <summary>A step that has begun.</summary>
/// <param name="Id">As <see cref="Step.Id"/>.</param>
public sealed record StepRecord(string Id, StepState State);

/// <summary>
/// What a journal means. A pure function of its lines, and every prefix of a journal has a meaning, because an operation can end
/// after any line.
/// </summary>
/// <param name="Header">Null: the journal is empty; the operation has not begun.</param>
/// <param name="Steps">The steps that have begun, in the order in which they did.</param>
/// <param name="Lines">How many lines count; the next one has the number after.</param>
/// <param name="Why">Why it is taken back; null: it is not.</param>
public sealed record JournalState(JournalHeader? Header, IReadOnlyList<StepRecord> Steps, Remaining Remaining, JournalResult? Result, long Lines, string? Why)
{
    /// <summary>The state of a step; null: it has not begun.</summary>
    public StepState? Of(string id) => Steps.FirstOrDefault(step => step.Id == id)?.State;

    /// <exception cref="OperationException">A line is damaged, or says what cannot have happened after the lines before it; names it (exit 6).</exception>
    public static JournalState Parse(string text, string where) => Of(JournalText.Parse(text, where), where);

    /// <inheritdoc cref="Parse"/>
    public static JournalState Of(IReadOnlyList<JournalLine> lines, string where)
    {
        var reading = new Reading();
        for (var i = 0; i < lines.Count; i++)
        {
            if (reading.Add(lines[i].Entry) is { } wrong)
                throw JournalText.Damaged(where, i + 1, wrong, JournalText.Line(lines[i]));
        }

        return reading.State(lines.Count);
    }

    private sealed class Reading
    {
        private readonly List<string> _order = [];
        private readonly Dictionary<string, StepState> _states = [];
        private JournalHeader? _header;
        private JournalResult? _result;
        private bool _undo;
        private string? _why;

        public JournalState State(int lines) => new(
            _header, [.. _order.Select(id => new StepRecord(id, _states[id]))],
            _header is null || _result is not null ? Remaining.Nothing
            : _undo || _states.Values.Any(state => state is StepState.Failed) ? Remaining.UndoOnly
            : Remaining.ContinueOrUndo,
            _result, lines, _why);

        /// <returns>What is wrong with it; null: nothing.</returns>
        public string? Add(JournalEntry entry)
        {
            if (entry.Event == JournalEvent.Begun)
            {
                if (_header is not null)
                    return "it begins again";
                _header = entry.Header;
                return null;
            }

            if (_header is null)
                return "there is no header";
            // Only what could not be taken back may be tried again after the end.
            if (_result is not null && (entry.Event != JournalEvent.Resumed || _result != JournalResult.Left))
                return "the operation had finished";
            return entry.Step is { } step ? AddStep(entry.Event, step) : AddOperation(entry);
        }

        private string? AddOperation(JournalEntry entry)
        {
            switch (entry.Event)
            {
                case JournalEvent.Resumed:
                    _result = null;
                    return null;
                case JournalEvent.Undo:
                    _undo = true;
                    _why = entry.Text;
                    return null;
                case JournalEvent.Finished when (entry.Result != JournalResult.Done) != _undo:
                    return $"it finished as {entry.Result} while it was {(_undo ? "taken back" : "going forward")}";
                case JournalEvent.Finished:
                    _result = entry.Result;
                    return null;
                default:
                    return $"{entry.Event} names no step";
            }
        }

        private string? AddStep(JournalEvent what, string step)
        {
            StepState? before = _states.TryGetValue(step, out var state) ? state : null;
            StepState? after = (what, before, _undo) switch
            {
                // A step whose end was not written down is begun again when the operation is resumed.
                (JournalEvent.Intent, null or StepState.Begun, false) => StepState.Begun,
                (JournalEvent.Done, StepState.Begun, false) => StepState.Done,
                (JournalEvent.Verified, StepState.Done, false) => StepState.Verified,
                (JournalEvent.Failed, StepState.Begun or StepState.Done, false) => StepState.Failed,
                (JournalEvent.Undoing, not (null or StepState.Undone or StepState.Kept), true) => StepState.Undoing,
                (JournalEvent.Undone, StepState.Undoing, true) => StepState.Undone,
                (JournalEvent.Left, StepState.Undoing, true) => StepState.Left,
                (JournalEvent.Kept, not (null or StepState.Undone or StepState.Kept), true) => StepState.Kept,
                _ => null,
            };
            if (after is null)
                return $"{what} cannot follow {(before is null ? "nothing" : before)} for \"{step}\"{(_undo ? " while everything is taken back" : "")}";
            if (before is null)
                _order.Add(step);
            _states[step] = after.Value;
            return null;
        }
    }
}
