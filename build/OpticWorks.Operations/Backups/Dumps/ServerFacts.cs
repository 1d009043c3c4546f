using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Backups.Dumps;

/// <summary>What must be known about a server before it is dumped or restored to.</summary>
/// <param name="Version">For example "17.6".</param>
/// <param name="SystemIdentifier">Of the cluster; no two have the same.</param>
/// <param name="DatabaseSize">Bytes.</param>
/// <param name="ClockAhead">The server's clock minus ours.</param>
/// <param name="DumpVersion">pg_dump's on its host.</param>
internal sealed partial record ServerFacts(string Version, string SystemIdentifier, long DatabaseSize, TimeSpan ClockAhead, string DumpVersion)
{
    /// <summary>More than this, and ages, retention and signatures cannot be trusted.</summary>
    public static readonly TimeSpan MostClockDifference = TimeSpan.FromMinutes(5);

    /// <exception cref="OperationException">pg_dump is missing or older than the server, or a clock is wrong (exit 4).</exception>
    public static async Task<ServerFacts> ReadAsync(DatabaseSite site, NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var programs = site.Host.RunAsync(DumpCommands.Versions, cancellationToken: cancellationToken);
        await using var command = source.CreateCommand(
            """
            select current_setting('server_version'), (select system_identifier::text from pg_control_system()),
                pg_database_size(current_database()), clock_timestamp()
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var ahead = new DateTimeOffset(reader.GetDateTime(3)) - DateTimeOffset.UtcNow;
        var result = (await programs.ConfigureAwait(false)).OrFail("pg_dump and pg_restore do not run on the database's host", ExitCodes.PreflightRefused,
            "install PostgreSQL's client programs there");
        var facts = new ServerFacts(reader.GetString(0).Split(' ')[0], reader.GetString(1), reader.GetInt64(2), ahead, FindVersion(result.Output));
        return facts.Problem() is { } problem ? throw OperationException.Preflight(problem.What, problem.Next, site.ToString(), problem.Seen) : facts;
    }

    /// <summary>What must not be; null: all is well.</summary>
    internal (string What, string Seen, string Next)? Problem()
    {
        if (Major(DumpVersion) < Major(Version))
            return ("pg_dump is older than the server", $"pg_dump {DumpVersion}, PostgreSQL {Version}", $"install PostgreSQL {Major(Version)}'s client programs on the database's host");
        return ClockAhead.Duration() > MostClockDifference
            ? ("The clocks of this computer and of PostgreSQL differ too much", $"{ClockAhead.TotalSeconds.ToString("+0;-0", CultureInfo.InvariantCulture)} s", "set the clock that is wrong")
            : null;
    }

    internal static int Major(string version) => int.Parse(version.Split('.')[0], CultureInfo.InvariantCulture);

    private static string FindVersion(string output) => VersionNumber().Match(output) is { Success: true } match
        ? match.Value : throw OperationException.Preflight("pg_dump does not tell its version", seen: output);

    [GeneratedRegex(@"\d+(\.\d+)*")]
    private static partial Regex VersionNumber();
}
