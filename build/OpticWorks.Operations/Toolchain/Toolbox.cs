using System.Collections.Concurrent;
using System.Diagnostics;

namespace OpticWorks.Operations.Toolchain;

/// <summary>
/// Finds the pinned programs on PATH or installs them into the cache folder; the operating system's packages and package
/// sources stay as they are. Safe for several processes at once. An installed program stays until its folder is deleted.
/// The PostgreSQL server refuses to run as root: start it as another user, who must be able to read the cache folder.
/// Not installable here, so they must be on PATH: anything on macOS but Node and pnpm, everything on Windows.
/// </summary>
/// <param name="cacheDirectory">Where programs are installed; created when needed.</param>
/// <param name="store">What the store pins itself; wins over this suite's Node and pnpm.</param>
public sealed class Toolbox(string cacheDirectory, INarrator narrator, StorePins? store = null) : IDisposable
{
    internal const string Installed = "installed";

    private readonly CacheFolder _cache = new(cacheDirectory);
    private readonly ProgramProbe _probe = new(narrator);
    private readonly ConcurrentDictionary<string, Tool> _ready = new();
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new();
    private readonly Lazy<HttpClient> _http = new(() => new HttpClient { Timeout = Timeout.InfiniteTimeSpan });

    public string CacheDirectory => _cache.Root;

    /// <summary>Where programs are looked for before they are installed.</summary>
    internal ProgramSearch Search { get; init; } = ProgramSearch.OfThisMachine();

    /// <summary>The way to the npm registry.</summary>
    internal HttpMessageHandler Transport
    {
        init => _http = new Lazy<HttpClient>(() => new HttpClient(value, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan });
    }

    /// <summary>The program, ready to run. The first call may install it; later ones take microseconds, and those of later processes milliseconds.</summary>
    /// <exception cref="OperationException">It is neither here nor could it be installed (exit 2); names the program and the cause.</exception>
    public async Task<Tool> GetAsync(PinnedProgram program, CancellationToken cancellationToken) =>
        await GetAsync(await PinAsync(program, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>All programs, found or installed, in the order of <see cref="PinnedProgram"/>.</summary>
    /// <exception cref="OperationException">Some are not available; lists each with its cause (exit 2).</exception>
    public async Task<IReadOnlyList<Tool>> ReportAsync(CancellationToken cancellationToken)
    {
        var asked = Enum.GetValues<PinnedProgram>().Select(program => GetAsync(program, cancellationToken)).ToList();
        var failures = new List<OperationException>();
        var tools = new List<Tool>();
        foreach (var task in asked)
        {
            try
            {
                tools.Add(await task.ConfigureAwait(false));
            }
            catch (OperationException e)
            {
                failures.Add(e);
            }
        }

        return failures switch
        {
            [] => tools,
            [var only] => throw only,
            _ => throw OperationException.Configuration($"{failures.Count} programs are not available",
                next: failures[0].Next, where: _cache.Root, seen: string.Join('\n', failures.Select(failure => failure.Message))),
        };
    }

    public void Dispose()
    {
        if (_http.IsValueCreated)
            _http.Value.Dispose();
    }

    /// <summary>The suite's own version of a program, whatever the store pins.</summary>
    internal Task<Tool> DefaultAsync(PinnedProgram program, CancellationToken cancellationToken) =>
        GetAsync(Pins.Of(program), cancellationToken);

    private async Task<Pin> PinAsync(PinnedProgram program, CancellationToken cancellationToken)
    {
        if (program == PinnedProgram.Node && store?.Node is { } range)
        {
            try
            {
                return await NodeChoice.ForAsync(range, _cache, _http.Value, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (InstallFailure.Explains(e))
            {
                throw InstallFailure.Of(Pins.Of(program), _cache.Root, e);
            }
        }

        if (program == PinnedProgram.Pnpm && store?.Pnpm is { } version && version.Text != Pins.Pnpm.Version)
            return Pins.PnpmAt(new NpmPackage("pnpm", version.Text, store.PnpmIntegrity));
        return Pins.Of(program);
    }

    private async Task<Tool> GetAsync(Pin pin, CancellationToken cancellationToken)
    {
        var key = Key(pin);
        if (_ready.TryGetValue(key, out var ready))
            return ready;
        var gate = _gates.GetOrAdd(key, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_ready.TryGetValue(key, out ready))
                return ready;
            var tool = await FindOrInstallAsync(pin, cancellationToken).ConfigureAwait(false);
            _ready[key] = tool;
            return tool;
        }
        catch (Exception e) when (InstallFailure.Explains(e))
        {
            throw InstallFailure.Of(pin, _cache.Root, e);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<Tool> FindOrInstallAsync(Pin pin, CancellationToken cancellationToken)
    {
        var candidates = Search.Candidates(pin);
        var record = InstallRecord.Read(_cache.Record(pin.Recipe.Id));
        if (record is not null && record.Holds(Key(pin), candidates))
            return await ComposeAsync(pin, record.Program.Path, record.Version, record.Origin, cancellationToken).ConfigureAwait(false);

        foreach (var candidate in candidates)
        {
            if (await TryAsync(pin, candidate.Path, "PATH", cancellationToken).ConfigureAwait(false) is { } found)
                return Remember(pin, candidate.Path, found, candidates);
        }

        var home = _cache.Program(pin.Recipe.Id);
        var program = pin.Recipe.Executable(home);
        var installed = await TryAsync(pin, program, Installed, cancellationToken).ConfigureAwait(false)
            ?? await InstallAsync(pin, home, cancellationToken).ConfigureAwait(false);
        return Remember(pin, program, installed, candidates);
    }

    private async Task<Tool> InstallAsync(Pin pin, string home, CancellationToken cancellationToken)
    {
        var id = pin.Recipe.Id;
        await using var turn = await _cache.LockAsync(id, narrator, cancellationToken).ConfigureAwait(false);
        // Another process may have installed it while this one waited.
        if (await TryAsync(pin, pin.Recipe.Executable(home), Installed, cancellationToken).ConfigureAwait(false) is { } theirs)
            return theirs;
        if (InstallFailure.NoRoom(pin.Name, pin.Recipe.NeededMebibytes, _cache.FreeBytes(), _cache.Root) is { } refusal)
            throw refusal;

        narrator.Say("toolchain", $"installing {pin.Name} ({pin.Accepted}) into {home}");
        var clock = Stopwatch.StartNew();
        var unfinished = _cache.Unfinished(id);
        try
        {
            await pin.Recipe.InstallAsync(unfinished, home, new Workshop(_cache, _http.Value, this, narrator), cancellationToken).ConfigureAwait(false);
            CacheFolder.Finish(unfinished, home);
        }
        catch
        {
            CacheFolder.Discard(unfinished);
            throw;
        }

        var tool = await TryAsync(pin, pin.Recipe.Executable(home), Installed, cancellationToken).ConfigureAwait(false)
            ?? throw new InstallException("it was installed but does not run, or is another version than the pin", pin.Recipe.Executable(home));
        narrator.Say("toolchain", $"{pin.Name} {tool.Version} is ready ({clock.Elapsed.TotalSeconds:0.0} s)");
        return tool;
    }

    /// <summary>The tool if the file is there, runs and has an accepted version.</summary>
    private async Task<Tool?> TryAsync(Pin pin, string program, string origin, CancellationToken cancellationToken)
    {
        if (!File.Exists(program))
            return null;
        var tool = await ComposeAsync(pin, program, "", origin, cancellationToken).ConfigureAwait(false);
        if (await _probe.RunAsync(tool.Command(pin.VersionArguments), cancellationToken).ConfigureAwait(false) is not { } result)
            return null;
        var version = ProgramVersion.Find(result.Output) ?? ProgramVersion.Find(result.Error);
        if (result.Succeeded && version is not null && pin.Accepted.Contains(version))
            return tool with { Version = version.Text };
        narrator.Detail("toolchain", $"{program} is not used: {(result.Succeeded ? $"version {version}, wanted {pin.Accepted}" : result.Tail(1))}");
        return null;
    }

    private Tool Remember(Pin pin, string program, Tool tool, IReadOnlyList<FileStamp> candidates)
    {
        if (FileStamp.Of(program) is { } stamp)
            new InstallRecord(Key(pin), tool.Version, tool.Origin, stamp, candidates).Write(_cache.Record(pin.Recipe.Id));
        return tool;
    }

    private async Task<Tool> ComposeAsync(Pin pin, string program, string version, string origin, CancellationToken cancellationToken)
    {
        var tool = new Tool(pin.Name, version, program, origin) { Note = origin == Installed ? pin.Recipe.Note : null };
        if (pin.IsScript)
        {
            // wrangler needs this suite's Node; pnpm runs on the one that the store asks for.
            var node = pin.Program == PinnedProgram.Pnpm
                ? await GetAsync(PinnedProgram.Node, cancellationToken).ConfigureAwait(false)
                : await DefaultAsync(PinnedProgram.Node, cancellationToken).ConfigureAwait(false);
            return ToolEnvironment.OfScript(tool, node, _cache);
        }

        return ToolEnvironment.OfExecutable(tool, pin, _cache);
    }

    private static string Key(Pin pin) => $"{pin.Recipe.Id} {pin.Accepted}";
}
