using OpticWorks.Operations.Rehearsal;

namespace OpticWorks.Operations.Tests.Rehearsal;

public sealed class MemoryDiskTests
{
    [Theory]
    [InlineData("MemTotal: 24683656 kB|MemFree: 100 kB|MemAvailable:   22818660 kB", "4g")]
    [InlineData("MemAvailable: 8388608 kB", "4g")]
    [InlineData("MemAvailable: 8388607 kB", "")]
    [InlineData("MemTotal: 24683656 kB|MemFree: 20338376 kB", "")]
    [InlineData("MemAvailable: plenty kB", "")]
    [InlineData("MemAvailable: 22818660", "")]
    [InlineData("", "")]
    public void Machines_have_their_disks_in_memory_when_there_is_enough(string facts, string size) => MemoryDisk.Size(facts.Split('|')).ShouldBe(size);
}
