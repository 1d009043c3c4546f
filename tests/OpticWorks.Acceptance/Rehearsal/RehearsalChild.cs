using System.Text.Json;
using OpticWorks.Operations;
using OpticWorks.Operations.Rehearsal;

namespace OpticWorks.Acceptance.Rehearsal;

/// <summary>
/// The test assembly as a program of its own, so that a test can kill a whole `up` at any point:
/// <c>dotnet OpticWorks.Acceptance.dll up|down|status|image STATE CACHE</c>. Prints what the narrator is told, one line a fact.
/// </summary>
internal static class RehearsalChild
{
    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is ["migrate", .. var migration])
            return await Database.MigrateChild.RunAsync(migration);
        if (arguments is ["lint-table", var squawk])
            return await Database.SquawkTable.RunAsync(squawk);
        if (arguments is ["fleet", .. var fleet])
            return await Releases.FleetChild.RunAsync(fleet);
        if (arguments is ["canary", .. var canary])
            return await Canary.CanaryChild.RunAsync(canary);
        if (arguments is ["storefront", .. var shop])
            return await Storefront.StorefrontChild.RunAsync(shop);
        if (arguments is ["whole", .. var whole])
            return await Storefront.WholeChild.RunAsync(whole);
        if (arguments is ["edge", .. var edge])
            return await Edge.EdgeChild.RunAsync(edge);
        if (arguments is ["transaction", .. var rest])
            return await Transactions.TransactionChild.RunAsync(rest);
        if (arguments is ["tunnel", .. var tunnel])
            return await Transactions.TunnelChild.RunAsync(tunnel);
        if (arguments is ["backup", .. var words])
            return await Backups.BackupChild.RunAsync(words);
        if (arguments is not [var verb, var state, var cache])
        {
            await Console.Error.WriteLineAsync("up|down|status|image STATE CACHE");
            return ExitCodes.Configuration;
        }

        var environment = new LocalEnvironment(state, cache, TestTools.In(cache), new ConsoleNarrator());
        try
        {
            switch (verb)
            {
                case "up":
                    await environment.UpAsync();
                    break;
                case "image":
                    await environment.Image.EnsureAsync();
                    break;
                case "down":
                    await environment.DownAsync();
                    break;
                default:
                    Console.WriteLine(JsonSerializer.Serialize(await environment.StatusAsync()));
                    break;
            }

            return ExitCodes.Done;
        }
        catch (OperationException e)
        {
            Console.WriteLine(e.Explain());
            return e.ExitCode;
        }
    }

    internal sealed class ConsoleNarrator : INarrator
    {
        public void Say(string topic, string text) => Console.WriteLine($"{topic}: {text}");

        public void Warn(string topic, string text) => Console.WriteLine($"{topic}! {text}");

        public void Detail(string topic, string text) => Console.WriteLine($"{topic}. {text}");
    }
}
