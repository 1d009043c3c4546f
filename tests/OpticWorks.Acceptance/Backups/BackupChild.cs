using System.Globalization;
using Npgsql;
using OpticWorks.Acceptance.Database;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations;
using OpticWorks.Operations.Backups;
using OpticWorks.Operations.Backups.Restores;
using OpticWorks.Operations.Objects;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Acceptance.Backups;

/// <summary>
/// A backup or a restore as a program of its own, to be killed: <c>backup take|restore PROGRAMS PORT DATABASE ENDPOINT [ID STAMP]</c>, or
/// <c>backup beside PROGRAMS PORT DATABASE ENDPOINT SECRETS PREFIX</c> for one into the local R2 that waits for a migration. Says each fact on a
/// line, and each step of a restore before and after it.
/// </summary>
internal static class BackupChild
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var narrator = new RehearsalChild.ConsoleNarrator();
        var host = new LocalHost(arguments[1]);
        var beside = arguments[0] == "beside";
        Task<Operations.Backups.Dumps.DatabaseSite> OpenAsync(CancellationToken _) =>
            Shop.OpenAsync(int.Parse(arguments[2], CultureInfo.InvariantCulture), arguments[3], host, beside ? PostgresServer.User : Shop.Owner);
        using var store = beside ? LocalR2.Open(arguments[4], arguments[5])
            : new ObjectStore(new Uri(arguments[4]), FaultyStore.BucketName, "key", "secret", FaultyStore.Limits);
        var bucket = new BackupBucket(store, beside ? arguments[6] : "medusa/", BackupSecret.Parse(Shop.Key));
        Console.WriteLine("ready");
        try
        {
            if (arguments[0] is "take" or "beside")
            {
                await using var site = await OpenAsync(default);
                await new BackupRun(site, bucket, narrator).RunAsync(beside ? Shop.Wish with { Wait = TimeSpan.FromMinutes(5) } : Shop.Wish, default);
            }
            else
            {
                var entry = await new BackupCatalog(bucket).GetAsync(arguments[5], arguments[3], default);
                // Nobody may be connected at the swap, not even we.
                var site = await OpenAsync(default);
                await site.DisposeAsync();
                var plan = new RestorePlans(Shop.Environment(site.Settings), _ => host, found => found, OpenAsync, bucket, Shop.Wish, narrator)
                    .Restore(entry.Manifest!, arguments[6], new Dictionary<string, string>());
                await new PlanRunner(narrator).RunAsync(plan.With(Said), default(CancellationToken));
            }

            Console.WriteLine("finished");
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

    private static Step Said(Step step) => step with
    {
        Do = async token =>
        {
            Console.WriteLine($"begin {step.Name}");
            var said = await step.Do(token);
            Console.WriteLine($"did {step.Name}");
            return said;
        },
    };
}
