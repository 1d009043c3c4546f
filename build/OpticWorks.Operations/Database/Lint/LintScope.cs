namespace OpticWorks.Operations.Database.Lint;

/// <summary>What the statements read so far made new: a table or column that did not exist before this run hides nothing from anybody.</summary>
internal sealed class LintScope(TableStatistics statistics)
{
    private readonly HashSet<string> _newTables = [];
    private readonly HashSet<string> _goneTables = [];
    private readonly Dictionary<string, string> _renamed = [];
    private readonly Dictionary<string, List<(string From, string To)>> _renamedColumns = [];
    private readonly HashSet<(string Table, string Column)> _newColumns = [];
    private readonly HashSet<(string Table, string Column)> _defaulted = [];
    private readonly HashSet<(string Table, string Constraint)> _droppedConstraints = [];
    private readonly HashSet<(string Table, string Constraint)> _unchecked = [];
    private readonly HashSet<(string Table, string Constraint)> _validated = [];

    /// <summary>The table as it is in the database, its columns by the names that they have by now; null: it is new, gone or unknown, so nobody uses it.</summary>
    public TableFacts? Existing(string? table)
    {
        if (table is null || _newTables.Contains(table) || _goneTables.Contains(table))
            return null;
        var facts = statistics.Tables.GetValueOrDefault(_renamed.GetValueOrDefault(table, table));
        if (facts is null || !_renamedColumns.TryGetValue(table, out var renames))
            return facts;
        var columns = facts.Columns.ToDictionary();
        foreach (var (from, to) in renames)
        {
            if (columns.Remove(from, out var type))
                columns[to] = type;
        }

        return facts with { Columns = columns };
    }

    /// <summary>The database has any table at all.</summary>
    public bool HasTables => statistics.Tables.Count > 0;

    /// <summary>The database has a view, type, function, sequence, schema or extension of this name; null counts as there.</summary>
    public bool HasObject(string? name) => name is null || statistics.Objects.Contains(name);

    public bool IsNewColumn(string table, string column) => _newTables.Contains(table) || _newColumns.Contains((table, column));

    /// <summary>The column was given a default in this run: inserts of the old release fill it without knowing it.</summary>
    public bool GotDefault(string table, string column) => _defaulted.Contains((table, column));

    public bool WasDropped(string table, string constraint) => _droppedConstraints.Contains((table, constraint));

    /// <summary>The constraint was added in this run without a look at the rows that are there.</summary>
    public bool WasAddedUnchecked(string table, string constraint) => _unchecked.Contains((table, constraint));

    public bool WasValidated(string table, string constraint) => _validated.Contains((table, constraint));

    /// <summary>The table that an index belongs to; null: it is not known.</summary>
    public string? TableOfIndex(string index) =>
        statistics.Tables.FirstOrDefault(table => table.Value.Indexes.Contains(index)) is { Key: { } name } ? name : null;

    /// <summary>Remembers what a change makes of the schema, for the statements after it.</summary>
    public void Apply(SchemaChange change)
    {
        if (change.Table is not { } table)
            return;
        switch (change.Kind)
        {
            case ChangeKind.CreateTable when Existing(table) is null:
                _newTables.Add(table);
                _goneTables.Remove(table);
                break;
            case ChangeKind.DropTable:
                _newTables.Remove(table);
                _goneTables.Add(table);
                break;
            case ChangeKind.RenameTable or ChangeKind.MoveTable:
                Rename(table, change.Kind == ChangeKind.MoveTable ? $"{change.Name}.{table.Split('.')[1]}" : $"{table.Split('.')[0]}.{change.Name}");
                break;
            case ChangeKind.RenameColumn when change is { Name: { } from, Other: { } to } && !IsNewColumn(table, from):
                if (!_renamedColumns.TryGetValue(table, out var renames))
                    _renamedColumns[table] = renames = [];
                renames.Add((from, to));
                break;
            case ChangeKind.AddColumn when Existing(table) is not { } facts || !facts.Columns.ContainsKey(change.Name ?? ""):
                _newColumns.Add((table, change.Name ?? ""));
                break;
            case ChangeKind.AddCheck or ChangeKind.AddForeignKey when change.NotValid:
                _unchecked.Add((table, change.Name ?? ""));
                break;
            case ChangeKind.ValidateConstraint:
                _validated.Add((table, change.Name ?? ""));
                break;
            case ChangeKind.DropConstraint:
                _droppedConstraints.Add((table, change.Name ?? ""));
                break;
        }

        if (change is { Kind: ChangeKind.SetDefault } or { Kind: ChangeKind.AddColumn, HasDefault: true })
            _defaulted.Add((table, change.Name ?? ""));
    }

    private void Rename(string from, string to)
    {
        if (_newTables.Remove(from))
            _newTables.Add(to);
        else
            _renamed[to] = _renamed.GetValueOrDefault(from, from);
        if (_renamedColumns.Remove(from, out var columns))
            _renamedColumns[to] = columns;
        _goneTables.Add(from);
        _goneTables.Remove(to);
    }
}
