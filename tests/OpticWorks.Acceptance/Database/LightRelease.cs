using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OpticWorks.Operations.Database.Inventory;
using OpticWorks.Operations.Database.Migrations;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Acceptance.Database;

/// <summary>
/// A release whose Medusa is light-medusa.sh: real transactions on a real PostgreSQL, begun within milliseconds. What would be read on
/// the release's Node (its migrations, its database) is read out of its folder here.
/// </summary>
internal sealed partial class LightRelease(string folder, string programs, string connection) : IHost
{
    private static readonly ReleaseId Id = ReleaseId.Parse("r-20261126-141203-3f9c2ab");

    private readonly ThisHost _host = new(folder, "bash");

    public string Name => "api-1";

    public string Path => new HostLayout(folder).Release(Id);

    public ReleaseOnHost Release => new(this, this, new HostLayout(folder), Id);

    /// <summary>What the release itself would reach; null: the database that the connection names.</summary>
    public string? Reaches { get; set; }

    public LightRelease Write(params IReadOnlyList<(string File, string Text)> files)
    {
        var cli = System.IO.Path.Combine(Path, ReleaseCommands.MedusaProgram);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(cli)!);
        if (!File.Exists(cli))
            File.Copy(System.IO.Path.Combine(AppContext.BaseDirectory, "light-medusa.sh"), cli);
        Environment("");
        foreach (var (file, text) in files)
        {
            var path = System.IO.Path.Combine(Path, file);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        return this;
    }

    /// <summary>Variables of the release beside those of its database: "LIES=1".</summary>
    public LightRelease Environment(string variables)
    {
        File.WriteAllText(System.IO.Path.Combine(Path, "env"), $"PATH='{programs}:/usr/local/bin:/usr/bin:/bin'\n{connection}\n{variables}\n");
        return this;
    }

    public Task<HostResult> RunAsync(ShellCommand command, Stream? input = null, Action<string>? onLine = null, CancellationToken cancellationToken = default)
    {
        var text = command.ToString();
        if (Asked().Match(text) is not { Success: true } asked)
            return _host.RunAsync(command, input, onLine, cancellationToken);
        return asked.Groups["wish"].Value is ['{', ..] wish
            ? Task.FromResult(Answer(command, ReleaseInventory.Mark + JsonSerializer.Serialize(Inventory(JsonDocument.Parse(wish).RootElement), JsonSerializerOptions.Web)))
            : ProbeAsync(command, cancellationToken);
    }

    public Task<HostResult> StreamAsync(ShellCommand command, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken = default, Stream? input = null) =>
        _host.StreamAsync(command, read, cancellationToken, input);

    public Task UploadAsync(Stream content, string path, string mode, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    private HostResult Answer(ShellCommand command, string output) => new(Name, command, 0, output + "\n", "", TimeSpan.Zero);

    private async Task<HostResult> ProbeAsync(ShellCommand command, CancellationToken cancellationToken)
    {
        if (Reaches is not null)
            return Answer(command, Reaches);
        var asked = await _host.RunAsync(ShellCommand.Script(
            """
            cd -- "$1"; set -a; . ./env; set +a
            psql -X -At -c "select json_build_object('name', current_database(), 'oid', (select oid::int8 from pg_database where datname = current_database()), 'started', extract(epoch from pg_postmaster_start_time())::text)" \
              || echo '{"problem":"connect ECONNREFUSED","code":"ECONNREFUSED"}'
            """, Path), null, null, cancellationToken);
        return Answer(command, asked.Output.Trim());
    }

    private ReleaseInventory Inventory(JsonElement wish)
    {
        bool Wanted(string name) => wish.TryGetProperty("only", out var only)
            ? only.EnumerateArray().Any(one => one.GetString() == name)
            : !wish.GetProperty("except").EnumerateArray().Any(one => one.GetString() == name);

        var modules = Folders("migrations").Select(module => new ModuleInventory(System.IO.Path.GetFileName(module),
        [
            .. Files(module).Where(file => !file.EndsWith(".down.sql", StringComparison.Ordinal)).Select(file =>
            {
                var name = System.IO.Path.GetFileNameWithoutExtension(file);
                var down = System.IO.Path.ChangeExtension(file, ".down.sql");
                return new MigrationInventory(name, file, Digest(file), [], Wanted(name) ? new MigrationSql([File.ReadAllText(file)]) : null,
                    Wanted(name) && File.Exists(down) ? new MigrationSql([File.ReadAllText(down)]) : null);
            }),
        ])).ToList();
        var all = Directory.GetFiles(Path, "*.sql", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        return new ReleaseInventory("2.21.2", string.Concat(all.Select(Digest)), modules, [.. Names("links")], [.. Names("scripts").Select(name => new ScriptInventory(name, name))]);
    }

    private IEnumerable<string> Folders(string name) =>
        Directory.Exists(System.IO.Path.Combine(Path, name)) ? Directory.GetDirectories(System.IO.Path.Combine(Path, name)).Order(StringComparer.Ordinal) : [];

    private IEnumerable<string> Names(string name) =>
        Directory.Exists(System.IO.Path.Combine(Path, name)) ? Files(System.IO.Path.Combine(Path, name)).Select(file => System.IO.Path.GetFileNameWithoutExtension(file)) : [];

    private static IEnumerable<string> Files(string directory) => Directory.GetFiles(directory, "*.sql").Order(StringComparer.Ordinal);

    private static string Digest(string file) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(File.ReadAllText(file))));

    [GeneratedRegex("/node - '?(?<wish>.*?)'?(?: /var/cache/opticworks [0-9a-f]{64})?$")]
    private static partial Regex Asked();
}
