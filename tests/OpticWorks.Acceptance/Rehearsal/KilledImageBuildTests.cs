using OpticWorks.Operations;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Acceptance.Rehearsal;

/// <summary>A build of the image that fails or is killed, with a debootstrap that plays the part. Nothing is downloaded.</summary>
public sealed class KilledImageBuildTests : IDisposable
{
    /// <summary>The tree is one of debootstrap's last two arguments: a mirror may follow it.</summary>
    private const string FindTree = "for word do case $word in */.building-*) tree=$word;; esac; done; ";

    private readonly string _folder = Directory.CreateTempSubdirectory("opticworks-image-").FullName;

    private string Cache => Path.Combine(_folder, "cache");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_failing_step_shows_the_end_of_its_log_and_leaves_no_tree()
    {
        var image = Image("for tree do :; done; echo 'E: no such package'; exit 3");

        var error = await Should.ThrowAsync<OperationException>(() => image.EnsureAsync());

        error.ExitCode.ShouldBe(ExitCodes.Configuration);
        error.Seen!.ShouldContain("E: no such package");
        File.ReadAllText(error.Where!).ShouldContain("@ 1 of 4");
        Trees().ShouldBeEmpty();
        image.Exists.ShouldBeFalse();
    }

    [Fact]
    public async Task A_mount_made_by_a_failing_step_ends_with_it()
    {
        var image = Image(FindTree + "mkdir -p $tree/proc; mount -t proc proc $tree/proc; exit 1");

        await Should.ThrowAsync<OperationException>(() => image.EnsureAsync());

        File.ReadAllText("/proc/self/mountinfo").ShouldNotContain(_folder);
        Trees().ShouldBeEmpty();
    }

    [Fact]
    public async Task After_a_kill_nothing_runs_on_and_the_next_build_removes_the_left_over()
    {
        var script = Script(FindTree + "sleep 1000 & mkdir -p $tree/usr; echo x > $tree/usr/left; echo ready; wait");
        var variables = new Dictionary<string, string?> { [TestTools.DebootstrapVariable] = script };
        (await Child.KillAtAsync("ready", withScripts: false, variables, "image", Path.Combine(_folder, "state"), Cache)).ShouldBeTrue();
        Trees().Count.ShouldBe(1);

        await Wait.UntilAsync("the build has ended", () => !Running(script));
        await Should.ThrowAsync<OperationException>(() => Image("exit 1").EnsureAsync());

        Trees().ShouldBeEmpty();
    }

    [Fact]
    public async Task Only_images_that_nothing_used_for_long_are_removed_by_a_build()
    {
        var images = Directory.CreateDirectory(Path.Combine(Cache, "images")).FullName;
        foreach (var (key, days) in new[] { ("0000000000000000", 15), ("1111111111111111", 13) })
        {
            Directory.CreateDirectory(Path.Combine(images, key));
            var used = Path.Combine(images, $"{key}.used");
            File.WriteAllText(used, "");
            File.SetLastWriteTimeUtc(used, DateTime.UtcNow.AddDays(-days));
        }

        await Should.ThrowAsync<OperationException>(() => Image("exit 1").EnsureAsync());

        Trees().Select(Path.GetFileName).ShouldBe(["1111111111111111"]);
    }

    private MachineImage Image(string script)
    {
        var path = Script(script);
        return new MachineImage(Cache, new MachineImageRecipe(),
            (_, _) => Task.FromResult(new Tool("debootstrap", "", "/bin/sh", "test") { Leading = [path] }), new Silence());
    }

    private string Script(string text)
    {
        var path = Path.Combine(_folder, "debootstrap");
        File.WriteAllText(path, text + "\n");
        return path;
    }

    private IReadOnlyList<string> Trees() => Directory.GetDirectories(Path.Combine(Cache, "images"));

    private static bool Running(string script) =>
        Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)).Any(path =>
        {
            try
            {
                return File.ReadAllText($"{path}/cmdline").Contains(script, StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return false;
            }
        });
}
