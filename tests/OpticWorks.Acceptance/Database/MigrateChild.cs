using Npgsql;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations;
using OpticWorks.Operations.Database.Lint;
using OpticWorks.Operations.Database.Migrations;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Acceptance.Database;

/// <summary>An operator's program that can be killed: <c>migrate PORT DATABASE RELEASE_FOLDER</c>.</summary>
internal static class MigrateChild
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var server = PostgresServer.At(int.Parse(arguments[0], System.Globalization.CultureInfo.InvariantCulture),
            await TestTools.In(LocalPlace.Cache)(PinnedProgram.PostgreSql, default));
        var light = LightStore.Open(server, arguments[1], Path.GetFullPath(Path.Combine(arguments[2], "..", "..")));
        var parser = new SqlParser(await TestTools.In(LocalPlace.Cache)(PinnedProgram.SqlParser, default));
        await using var source = server.Source(arguments[1]);
        var migrator = new Migrator(source, parser, new MigrationPolicy(), new BackupGate(TimeSpan.FromHours(1), (_, _) => Task.FromResult<VerifiedBackup?>(null), null),
            "child@laptop", new RehearsalChild.ConsoleNarrator());
        Console.WriteLine("ready");
        try
        {
            Console.WriteLine(await migrator.MigrateAsync(light.Release, false, default));
            return ExitCodes.Done;
        }
        catch (OperationException e)
        {
            Console.WriteLine(e.Explain());
            return e.ExitCode;
        }
        catch (NpgsqlException e)
        {
            Console.WriteLine(e.Message);
            return ExitCodes.Engine;
        }
    }
}
