using System.Globalization;
using System.Text.Json;
using Npgsql;

namespace OpticWorks.Operations.Database.Migrations;

/// <summary>A database, told apart from every other: its name, its number in the cluster and the moment its server was started.</summary>
/// <param name="Name">Null: whoever was asked could not say (an old Medusa without the driver where it is looked for).</param>
public sealed record ReachedDatabase(string? Name, long Oid, decimal Started)
{
    /// <summary>Reads what probe-database.cjs said.</summary>
    /// <exception cref="OperationException">It reached none (exit 4).</exception>
    public static ReachedDatabase Read(string line, string where, string tail)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (root.TryGetProperty("unknown", out _))
                return new ReachedDatabase(null, 0, 0);
            if (root.TryGetProperty("problem", out var problem))
            {
                var code = root.TryGetProperty("code", out var known) ? known.GetString() : null;
                throw OperationException.Preflight(What(code), "check the database's address, name and password in the environment's file", where, $"{code} {problem.GetString()}".Trim());
            }

            return new ReachedDatabase(root.GetProperty("name").GetString(), root.GetProperty("oid").GetInt64(), Seconds(root.GetProperty("started").GetString()!));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new OperationException("The release could not be asked which database it reaches", ExitCodes.PreflightRefused, e) { Where = where, Seen = tail.Length > 0 ? tail : line };
        }
    }

    /// <summary>The database that this program itself speaks to.</summary>
    public static async Task<ReachedDatabase> OfAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(
            "select current_database()::text, (select oid::int8 from pg_database where datname = current_database()), extract(epoch from pg_postmaster_start_time())::text");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new ReachedDatabase(reader.GetString(0), reader.GetInt64(1), Seconds(reader.GetString(2)));
    }

    /// <summary>Fails when the release would migrate another database than the one that is looked at.</summary>
    /// <exception cref="OperationException">They differ (exit 4).</exception>
    public void MustBe(ReachedDatabase ours, string where)
    {
        if (Name is null || this == ours)
            return;
        throw OperationException.Preflight("The release reaches another database than this program", "check database.address and database.port in the environment's file",
            where, $"the release: {Name} (number {Oid}, server of {Moment(Started)})\nthis program: {ours.Name} (number {ours.Oid}, server of {Moment(ours.Started)})");
    }

    private static string What(string? code) => code switch
    {
        "3D000" => "The release's database does not exist",
        "28P01" or "28000" => "The release's database refuses its role or password",
        _ => "The release cannot reach its database",
    };

    private static decimal Seconds(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    private static string Moment(decimal seconds) => DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000)).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
