using System.Globalization;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Backups.Dumps;

/// <summary>PostgreSQL's programs on the database's host. The password is the first line of their standard input; everything else reaches them
/// as words or variables.</summary>
internal static class DumpCommands
{
    /// <summary>$1 port, $2 user, $3 database, $4 the sessions' application_name.</summary>
    private const string Connect =
        """
        IFS= read -r PGPASSWORD
        export PGPASSWORD PGHOST=127.0.0.1 PGPORT="$1" PGUSER="$2" PGDATABASE="$3" PGCONNECT_TIMEOUT=30 PGAPPNAME="$4"

        """;

    /// <summary>pg_dump's and pg_restore's versions, one a line.</summary>
    public static ShellCommand Versions => ShellCommand.All(ShellCommand.Of("pg_dump", "--version"), ShellCommand.Of("pg_restore", "--version"));

    /// <summary>The archive on standard output, and the mark after it when pg_dump has ended well: so the end was seen, not only no more bytes.</summary>
    /// <param name="compression">As pg_dump's --compress takes it.</param>
    public static ShellCommand Dump(DatabaseSite site, string snapshot, string compression, string mark) => ShellCommand.Script(
        Connect + """
        pg_dump --format=custom --compress="$6" --snapshot="$5" --lock-wait-timeout=60s --no-password
        printf %s "$7"
        """,
        [.. Words(site, site.Name, "Backup"), snapshot, compression, mark]);

    /// <summary>Roles, memberships and settings of roles, without passwords.</summary>
    public static ShellCommand Roles(DatabaseSite site) => ShellCommand.Script(
        Connect + """exec pg_dumpall --globals-only --no-role-passwords --no-password --database="$3" """.TrimEnd(),
        Words(site, site.Name, "Backup"));

    /// <summary>Restores the archive that follows the password on standard input; stops at the first error.</summary>
    public static ShellCommand Restore(DatabaseSite site, string database) => ShellCommand.Script(
        Connect + """exec pg_restore --exit-on-error --no-publications --no-subscriptions --no-password --dbname="$3" """.TrimEnd(),
        Words(site, database, "RestoreBackup"));

    /// <summary>The application_name of the sessions of the programs that do something.</summary>
    /// <param name="purpose">For example "Backup".</param>
    public static string Application(string purpose) => $"opticworks {purpose}";

    private static string[] Words(DatabaseSite site, string database, string purpose) =>
        [site.Settings.Port.ToString(CultureInfo.InvariantCulture), site.Settings.User, database, Application(purpose)];
}

/// <summary>A table with its schema, not quoted.</summary>
public sealed record TableName(string Schema, string Name)
{
    /// <summary>"schema.table", or "table" of the schema public.</summary>
    public static TableName Parse(string text) =>
        text.IndexOf('.') is > 0 and var dot ? new TableName(text[..dot], text[(dot + 1)..]) : new TableName("public", text);

    public override string ToString() => $"{Schema}.{Name}";
}
