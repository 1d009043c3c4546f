using OpticWorks.Operations.Rehearsal;

namespace OpticWorks.Operations.Tests.Rehearsal;

public sealed class CgroupLayoutTests
{
    [Fact]
    public void Pure_version_2_has_one_root()
    {
        using var mount = new TemporaryFolder();
        File.WriteAllText(mount["cgroup.controllers"], "cpu memory\n");

        CgroupLayout.Detect(mount.Path).Roots.ShouldBe([mount.Path]);
    }

    [Fact]
    public void The_hybrid_layout_has_the_unified_root_and_systemds()
    {
        using var mount = new TemporaryFolder();
        Directory.CreateDirectory(mount["unified"]);
        Directory.CreateDirectory(mount["systemd"]);
        File.WriteAllText(mount["unified/cgroup.controllers"], "");

        CgroupLayout.Detect(mount.Path).Of("ow-0a1b2c/db").ShouldBe([mount["unified/ow-0a1b2c/db"], mount["systemd/ow-0a1b2c/db"]]);
    }

    [Fact]
    public void Version_1_alone_is_refused()
    {
        using var mount = new TemporaryFolder();
        Directory.CreateDirectory(mount["systemd"]);

        Should.Throw<OperationException>(() => CgroupLayout.Detect(mount.Path)).ExitCode.ShouldBe(ExitCodes.Configuration);
    }

    [Fact]
    public void Processes_of_a_group_are_those_of_all_groups_below_it_once()
    {
        using var mount = new TemporaryFolder();
        File.WriteAllText(mount["cgroup.controllers"], "");
        Directory.CreateDirectory(mount["ow-0a1b2c/db/start-1/payload"]);
        File.WriteAllText(mount["ow-0a1b2c/db/cgroup.procs"], "");
        File.WriteAllText(mount["ow-0a1b2c/db/start-1/cgroup.procs"], "7\n8\n");
        File.WriteAllText(mount["ow-0a1b2c/db/start-1/payload/cgroup.procs"], "8\n9\n");

        var layout = CgroupLayout.Detect(mount.Path);

        layout.Processes("ow-0a1b2c/db").ShouldBe([7, 8, 9], ignoreOrder: true);
        layout.Processes("ow-0a1b2c/lb").ShouldBeEmpty();
        layout.Children("ow-0a1b2c").ShouldBe(["db"]);
    }
}
