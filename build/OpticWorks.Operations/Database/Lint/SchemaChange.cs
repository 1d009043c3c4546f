namespace OpticWorks.Operations.Database.Lint;

/// <summary>What a statement does to a schema or to its data, as far as it matters to those who use it meanwhile.</summary>
internal enum ChangeKind
{
    CreateTable,
    DropTable,
    RenameTable,
    MoveTable,
    RewriteTable,
    AddColumn,
    DropColumn,
    RenameColumn,
    ChangeType,
    SetNotNull,
    DropNotNull,
    SetDefault,
    DropDefault,
    AddCheck,
    AddForeignKey,
    AddUnique,
    AddExclusion,
    ValidateConstraint,
    DropConstraint,
    CreateIndex,
    DropIndex,
    Reindex,
    AttachPartition,
    DetachPartition,
    Trigger,
    RowSecurity,
    Truncate,
    Delete,
    Update,
    Insert,
    LockTable,
    Refresh,

    /// <summary>VACUUM FULL or CLUSTER.</summary>
    Repack,

    /// <summary>DROP of something that is no table and no index: a view, a type, a function, a sequence, a schema.</summary>
    DropOther,

    /// <summary>RENAME of the same.</summary>
    RenameOther,
    AddEnumValue,
    Revoke,
    TransactionControl,

    /// <summary>SET of a session's setting.</summary>
    Setting,

    /// <summary>What PostgreSQL refuses inside a transaction: VACUUM, CREATE DATABASE, ALTER SYSTEM.</summary>
    OutsideTransaction,

    /// <summary>SQL that is put together while it runs.</summary>
    Dynamic,

    /// <summary>Nothing that endangers anybody.</summary>
    Other,
}

/// <summary>One change of one statement.</summary>
/// <param name="Table">"schema.table"; null: it is about none.</param>
/// <param name="Name">The column, constraint, index, setting or other thing that it is about.</param>
internal sealed record SchemaChange(ChangeKind Kind, string? Table = null, string? Name = null)
{
    /// <summary>CONCURRENTLY was said.</summary>
    public bool Concurrently { get; init; }

    public bool Unique { get; init; }

    /// <summary>The second table: what a foreign key refers to, or what a partition is attached to or detached from. Of a thing that is no
    /// table: its name alone; null: it is not known.</summary>
    public string? Other { get; init; }

    /// <summary>The columns that a constraint or an index is about, or that an UPDATE sets.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>The type that a column gets, as it is written.</summary>
    public string? Type { get; init; }

    public bool NotNull { get; init; }

    public bool HasDefault { get; init; }

    /// <summary>Each row gets a value of its own, so the table is written anew.</summary>
    public bool Rewrites { get; init; }

    /// <summary>NOT VALID was said: the rows that are there are not looked at.</summary>
    public bool NotValid { get; init; }

    /// <summary>An index that exists already becomes the constraint.</summary>
    public bool UsingIndex { get; init; }

    /// <summary>It says IF EXISTS, or IF NOT EXISTS.</summary>
    public bool Conditional { get; init; }

    /// <summary>CASCADE was said: what depends on it is dropped with it.</summary>
    public bool Cascades { get; init; }

    /// <summary>An UPDATE or DELETE that does not say which rows.</summary>
    public bool AllRows { get; init; }
}
