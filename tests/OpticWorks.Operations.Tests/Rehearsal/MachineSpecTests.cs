using OpticWorks.Operations.Rehearsal;

namespace OpticWorks.Operations.Tests.Rehearsal;

public sealed class MachineSpecTests
{
    [Fact]
    public void The_stores_machines_are_valid() => Should.NotThrow(() => MachineSpec.Validate(MachineSpec.Store));

    [Theory]
    [InlineData("", 10)]
    [InlineData("-db", 10)]
    [InlineData("Db", 10)]
    [InlineData("a b", 10)]
    [InlineData("../up", 10)]
    [InlineData("a-name-of-21-letters-", 10)]
    [InlineData("db", 1)]
    [InlineData("db", 255)]
    public void A_machine_that_could_not_be_made_is_refused(string name, int octet) =>
        Should.Throw<ArgumentException>(() => MachineSpec.Validate([new MachineSpec(name, octet)]));

    [Fact]
    public void Two_machines_with_one_address_are_refused() =>
        Should.Throw<ArgumentException>(() => MachineSpec.Validate([new("a", 10), new("b", 10)])).Message.ShouldContain("a (10)");
}
