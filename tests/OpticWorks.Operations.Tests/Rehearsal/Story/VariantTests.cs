using OpticWorks.Operations.Rehearsal.Story;

namespace OpticWorks.Operations.Tests.Rehearsal.Story;

public sealed class VariantTests : IDisposable
{
    private readonly OpticWorks.Operations.Tests.TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_migration_is_added_after_the_last_one_of_all_modules()
    {
        Migration("lens", "Migration20261201000000.js");
        Migration("loyalty", "Migration20261110090000.js");
        Migration("loyalty", "Migration20261110090000.d.ts");
        Migration("loyalty", "index.js");
        Directory.CreateDirectory(_folder.At("src/modules/empty"));

        AddedMigration.Write(_folder.Path).ShouldBe("lens Migration20261201000001");

        var text = File.ReadAllText(_folder.At("src/modules/lens/migrations/Migration20261201000001.js"));
        text.ShouldContain("exports.Migration20261201000001 = class Migration20261201000001 extends Migration");
        text.ShouldContain("create table if not exists \"opticworks_rehearsal\"");
    }

    [Fact]
    public void A_store_without_migrations_of_its_own_gets_none()
    {
        AddedMigration.Write(_folder.Path).ShouldBeNull();
        Directory.CreateDirectory(_folder.At("src/modules/plain"));
        AddedMigration.Write(_folder.Path).ShouldBeNull();
    }

    [Fact]
    public void A_failing_release_loads_its_fault_at_the_end_of_medusas_configuration()
    {
        File.WriteAllText(_folder.At("medusa-config.js"), "exports.default = {};\n");

        FailingReads.Write(_folder.Path);

        File.ReadAllText(_folder.At("medusa-config.js")).ShouldBe("exports.default = {};\n\nrequire(\"./opticworks-rehearsal.js\");\n");
        var fault = File.ReadAllText(_folder.At("opticworks-rehearsal.js"));
        fault.ShouldContain("++reads % 20 === 0");
        fault.ShouldContain("\"x-rehearsal-fault\": \"1\"");
        fault.ShouldContain("startsWith(\"opticworks-rehearsal\")");
    }

    [Fact]
    public void Without_a_configuration_there_is_no_failing_release() =>
        Should.Throw<OperationException>(() => FailingReads.Write(_folder.Path)).Message.ShouldContain("no medusa-config.js");

    private void Migration(string module, string file)
    {
        Directory.CreateDirectory(_folder.At($"src/modules/{module}/migrations"));
        File.WriteAllText(_folder.At($"src/modules/{module}/migrations/{file}"), "");
    }
}
