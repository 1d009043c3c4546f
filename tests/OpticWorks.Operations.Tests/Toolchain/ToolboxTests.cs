using System.Net;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Tests.Toolchain;

/// <summary>Finding, remembering and installing, with programs that are scripts and a registry in memory.</summary>
public sealed class ToolboxTests : IDisposable
{
    /// <summary>A Node that no digest is pinned for, so that the registry in memory can serve it.</summary>
    private const string NodeVersion = "21.5.0";

    private readonly Scratch _scratch = new();
    private readonly FakeRegistry _registry = new();
    private readonly Recorder _narrator = new();

    public void Dispose()
    {
        _scratch.Dispose();
        _registry.Dispose();
    }

    [Fact]
    public async Task A_program_of_the_right_version_on_path_is_used()
    {
        var zstd = _scratch.Program("bin", "zstd", "*** Zstandard CLI (64-bit) v1.5.4, by Yann Collet ***");
        var tool = await Find("bin").GetAsync(PinnedProgram.Zstd, default);
        tool.ShouldSatisfyAllConditions(
            () => tool.Path.ShouldBe(zstd),
            () => tool.Origin.ShouldBe("PATH"),
            () => tool.Version.ShouldBe("1.5.4"),
            () => tool.Command("-1").Arguments.ShouldBe(["-1"]));
    }

    [Fact]
    public async Task Wrong_versions_and_broken_programs_on_path_are_passed_over()
    {
        _scratch.Program("a", "redis-server", "Redis server v=8.0.2 sha=0");
        _scratch.Program("a", "redis-cli", "");
        _scratch.Program("b", "redis-server", "Redis server v=7.2.0 sha=0");
        _scratch.Program("c", "redis-server", "Redis server v=7.0.1 sha=0", exitCode: 1);
        _scratch.Program("c", "redis-cli", "");
        File.WriteAllText(Path.Combine(_scratch.Folder("d"), "redis-server"), "not executable");
        var right = _scratch.Program("e", "redis-server", "Redis server v=7.0.15 sha=0");
        _scratch.Program("e", "redis-cli", "");
        // a: too new; b: without redis-cli; c: fails; d: cannot be executed.
        (await Find("a", "b", "c", "d", "e").GetAsync(PinnedProgram.Redis, default)).Path.ShouldBe(right);
    }

    [Fact]
    public async Task A_later_process_does_not_ask_the_program_again()
    {
        var zstd = _scratch.Program("bin", "zstd", "zstd v1.5.4");
        await Find("bin").GetAsync(PinnedProgram.Zstd, default);
        (await Find("bin").GetAsync(PinnedProgram.Zstd, default)).Version.ShouldBe("1.5.4");
        Scratch.Calls(zstd).ShouldBe(1);
    }

    [Fact]
    public async Task A_changed_program_is_asked_again()
    {
        var zstd = _scratch.Program("bin", "zstd", "zstd v1.5.4");
        await Find("bin").GetAsync(PinnedProgram.Zstd, default);
        _scratch.Program("bin", "zstd", "zstd v1.5.77");
        (await Find("bin").GetAsync(PinnedProgram.Zstd, default)).Version.ShouldBe("1.5.77");
        Scratch.Calls(zstd).ShouldBe(2);
    }

    [Fact]
    public async Task A_new_program_before_it_on_path_wins()
    {
        _scratch.Folder("first");
        _scratch.Program("second", "zstd", "zstd v1.5.4");
        await Find("first", "second").GetAsync(PinnedProgram.Zstd, default);
        var newer = _scratch.Program("first", "zstd", "zstd v1.5.5");
        (await Find("first", "second").GetAsync(PinnedProgram.Zstd, default)).Path.ShouldBe(newer);
    }

    [Fact]
    public async Task A_damaged_record_is_only_a_lost_shortcut()
    {
        var zstd = _scratch.Program("bin", "zstd", "zstd v1.5.4");
        await Find("bin").GetAsync(PinnedProgram.Zstd, default);
        foreach (var damage in new[] { "", "{", "{}", "null", "[1]", "{\"Recipe\":1}" })
        {
            File.WriteAllText(Directory.GetFiles(Path.Combine(_scratch.Cache, "records")).Single(), damage);
            (await Find("bin").GetAsync(PinnedProgram.Zstd, default)).Path.ShouldBe(zstd);
        }
    }

    [Fact]
    public async Task A_missing_program_is_installed_once_and_says_that_its_digest_was_not_pinned()
    {
        Publish();
        var tool = await Install().GetAsync(PinnedProgram.Node, default);
        tool.Origin.ShouldBe("installed");
        tool.Version.ShouldBe(NodeVersion);
        tool.Path.ShouldStartWith(_scratch.Cache);
        tool.Environment["PATH"]!.ShouldStartWith(tool.Directory + ":");
        tool.Note.ShouldNotBeNull().ShouldContain("registry's own digest");
        await Install().GetAsync(PinnedProgram.Node, default);
        _registry.Downloads.ShouldBe(1);
    }

    [Fact]
    public async Task Many_toolboxes_at_once_install_once()
    {
        Publish();
        var tools = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => Install().GetAsync(PinnedProgram.Node, default))));
        tools.Select(tool => tool.Path).Distinct().ShouldHaveSingleItem();
        _registry.Downloads.ShouldBe(1);
        LeftOvers().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_killed_process_left_is_removed_by_the_next()
    {
        Publish();
        var leftOver = Directory.CreateDirectory(Path.Combine(_scratch.Cache, "tmp", $"node-{NodeVersion}~killed")).FullName;
        File.WriteAllText(Path.Combine(leftOver, "half"), "of a download");
        var other = Directory.CreateDirectory(Path.Combine(_scratch.Cache, "tmp", "zstd-bookworm-1~running")).FullName;
        await Install().GetAsync(PinnedProgram.Node, default);
        LeftOvers().ShouldBe([other]);
    }

    [Fact]
    public async Task An_installed_program_that_does_not_run_any_more_is_installed_again()
    {
        Publish();
        var tool = await Install().GetAsync(PinnedProgram.Node, default);
        File.WriteAllText(tool.Path, "damaged");
        (await Install().GetAsync(PinnedProgram.Node, default)).Version.ShouldBe(NodeVersion);
        _registry.Downloads.ShouldBe(2);
    }

    [Fact]
    public async Task A_cancelled_installation_leaves_nothing_and_can_be_repeated()
    {
        Publish();
        using var stop = new CancellationTokenSource();
        _registry.Fault = address =>
        {
            if (address.AbsolutePath.EndsWith(".tgz", StringComparison.Ordinal))
                stop.Cancel();
            return null;
        };
        await Should.ThrowAsync<OperationCanceledException>(() => Install().GetAsync(PinnedProgram.Node, stop.Token));
        LeftOvers().ShouldBeEmpty();
        _registry.Fault = null;
        (await Install().GetAsync(PinnedProgram.Node, default)).Version.ShouldBe(NodeVersion);
    }

    [Fact]
    public async Task A_tampered_archive_is_never_unpacked()
    {
        Publish();
        _registry.Replace($"{Pins.NodePackageName}-{NodeVersion}.tgz", [1, 2, 3]);
        var error = await Should.ThrowAsync<OperationException>(() => Install().GetAsync(PinnedProgram.Node, default));
        error.ExitCode.ShouldBe(ExitCodes.Configuration);
        error.Message.ShouldBe("node could not be installed: the download is not the pinned file");
        error.Seen.ShouldNotBeNull().ShouldContain("expected sha512-");
        LeftOvers().ShouldBeEmpty();
        Directory.Exists(Path.Combine(_scratch.Cache, "programs")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_registry_that_has_another_file_under_a_pinned_version_is_refused_before_the_download()
    {
        _registry.Publish(Pins.NodePackageName, Pins.Node.Version, "bin/node", "v" + Pins.Node.Version);
        var error = await Should.ThrowAsync<OperationException>(() => Install(store: null).GetAsync(PinnedProgram.Node, default));
        error.Message.ShouldContain("not the pinned file");
        error.Seen.ShouldNotBeNull().ShouldContain(Pins.Node.Integrity!);
        _registry.Downloads.ShouldBe(0);
    }

    [Fact]
    public async Task A_registry_that_stumbles_once_is_asked_again()
    {
        Publish();
        var stumbled = 0;
        _registry.Fault = _ => Interlocked.Increment(ref stumbled) == 1 ? new HttpResponseMessage(HttpStatusCode.BadGateway) : null;
        (await Install().GetAsync(PinnedProgram.Node, default)).Version.ShouldBe(NodeVersion);
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, "the npm registry does not have it")]
    [InlineData(HttpStatusCode.Unauthorized, "the npm registry wants credentials")]
    [InlineData(HttpStatusCode.OK, "the npm registry cannot be reached")]
    public async Task What_the_registry_refuses_is_one_clear_error(HttpStatusCode status, string why)
    {
        _registry.Fault = _ => new HttpResponseMessage(status) { Content = new StringContent("<html>") };
        var error = await Should.ThrowAsync<OperationException>(() => Install().GetAsync(PinnedProgram.Node, default));
        error.Message.ShouldBe($"node could not be installed: {why}");
        error.ExitCode.ShouldBe(ExitCodes.Configuration);
        error.Where.ShouldBe(_scratch.Cache);
        error.Next.ShouldNotBeNull().ShouldContain("install Node.js");
    }

    [Fact]
    public async Task Without_a_network_the_error_says_so()
    {
        _registry.Fault = _ => throw new HttpRequestException("Name or service not known");
        var error = await Should.ThrowAsync<OperationException>(() => Install().GetAsync(PinnedProgram.Node, default));
        error.Message.ShouldBe("node could not be installed: the npm registry cannot be reached");
        error.Seen.ShouldBe("Name or service not known");
    }

    [Fact]
    public async Task A_failure_is_not_remembered()
    {
        var toolbox = Install();
        await Should.ThrowAsync<OperationException>(() => toolbox.GetAsync(PinnedProgram.Node, default));
        Publish();
        (await toolbox.GetAsync(PinnedProgram.Node, default)).Version.ShouldBe(NodeVersion);
    }

    [Fact]
    public async Task The_newest_node_that_a_store_allows_is_chosen_once_and_kept()
    {
        Publish();
        var store = new StorePins { Node = NpmRange.Parse(">=21.2 <22") };
        (await Install(store).GetAsync(PinnedProgram.Node, default)).Version.ShouldBe(NodeVersion);
        (await Install(store).GetAsync(PinnedProgram.Node, default)).Version.ShouldBe(NodeVersion);
        _registry.Requests.Count(request => request.EndsWith(Pins.NodePackageName, StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task A_store_that_wants_a_node_nobody_published_is_told()
    {
        Publish();
        var error = await Should.ThrowAsync<OperationException>(
            () => Install(new StorePins { Node = NpmRange.Parse(">=40") }).GetAsync(PinnedProgram.Node, default));
        error.Message.ShouldContain("The store wants Node >=40");
    }

    [Fact]
    public async Task A_stores_pnpm_runs_on_the_stores_node_and_children_find_both()
    {
        Publish();
        // The script's interpreter is the node above, which prints its own version whatever it is given.
        _registry.Publish("pnpm", NodeVersion, "bin/pnpm.mjs", "never run by sh");
        var store = new StorePins { Node = NpmRange.Parse(NodeVersion), Pnpm = ProgramVersion.Parse(NodeVersion) };
        var pnpm = await Install(store).GetAsync(PinnedProgram.Pnpm, default);
        var node = await Install(store).GetAsync(PinnedProgram.Node, default);
        pnpm.Path.ShouldBe(node.Path);
        pnpm.Leading.ShouldHaveSingleItem().ShouldEndWith("pnpm.mjs");
        pnpm.Environment["npm_config_manage_package_manager_versions"].ShouldBe("false");
        var shims = pnpm.Environment["PATH"]!.Split(':')[0];
        File.ResolveLinkTarget(Path.Combine(shims, "node"), true)!.FullName.ShouldBe(node.Path);
        File.ReadAllText(Path.Combine(shims, "pnpm")).ShouldContain(pnpm.Leading[0]);
    }

    [Fact]
    public void A_cache_folder_that_no_search_path_could_hold_is_refused() =>
        Should.Throw<OperationException>(() => new Toolbox("/tmp/a:b", _narrator)).ExitCode.ShouldBe(ExitCodes.Configuration);

    private Toolbox Find(params string[] folders) =>
        new(_scratch.Cache, _narrator) { Search = new ProgramSearch(folders.Select(_scratch.Folder)), Transport = _registry };

    private Toolbox Install() => Install(new StorePins { Node = NpmRange.Parse(NodeVersion) });

    private Toolbox Install(StorePins? store) =>
        new(_scratch.Cache, _narrator, store) { Search = new ProgramSearch([]), Transport = _registry };

    private void Publish() => _registry.Publish(Pins.NodePackageName, NodeVersion, "bin/node", "v" + NodeVersion);

    private string[] LeftOvers()
    {
        var folder = Path.Combine(_scratch.Cache, "tmp");
        return Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];
    }
}
