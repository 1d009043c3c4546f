using OpticWorks.Operations.Database;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Backups.Dumps;

/// <summary>The database of an environment: its host, where PostgreSQL's programs run, and connections to it.</summary>
public sealed record DatabaseSite(string Environment, IHost Host, DatabaseSettings Settings, StoreDatabase Database, string Password) : IAsyncDisposable
{
    public string Name => Settings.Name;

    /// <summary>Standard input of a command that reads the password first; nothing else is a place for it that others cannot see.</summary>
    internal Stream Input(Stream? rest = null) => new PasswordFirst(Password, rest ?? Stream.Null);

    /// <summary>Ends the connections and their tunnel.</summary>
    public ValueTask DisposeAsync() => Database.DisposeAsync();

    public override string ToString() => $"{Name} on {Host.Name}";
}
