using Nuke.Common.Tests.Builds;

namespace Nuke.Common.Tests.Golden;

/// <summary>The same build with the same arguments prints what NUKE 10.1.0 prints, and ends with the same exit code.</summary>
[Collection(BuildCollection.Name)]
public sealed class TranscriptTests
{
    [Theory]
    [InlineData("build")]
    [InlineData("build a z1")]
    [InlineData("build z1 a")]
    [InlineData("build --target a+z1")]
    [InlineData("build -Target A")]
    [InlineData("build long-target-name-with-many-words-inside show")]
    [InlineData("build bogus")]
    [InlineData("build a --no-logo")]
    [InlineData("build clean c")]
    [InlineData("build late-a c")]
    [InlineData("build t1")]
    [InlineData("build t3")]
    [InlineData("build w")]
    [InlineData("build dep-for")]
    [InlineData("build collective")]
    [InlineData("build static-skip")]
    [InlineData("build static-skip-exec")]
    [InlineData("build dyn-skip")]
    [InlineData("build uses-skip")]
    [InlineData("build uses-dyn")]
    [InlineData("build cond-throws")]
    [InlineData("build hidden")]
    [InlineData("build fails")]
    [InlineData("build after-fail")]
    [InlineData("build assured")]
    [InlineData("build assured-indep after-fail")]
    [InlineData("build after-proceeds")]
    [InlineData("build needs-bool")]
    [InlineData("build summ")]
    [InlineData("build shell")]
    [InlineData("build warns")]
    [InlineData("build levels --verbosity quiet")]
    [InlineData("build levels --verbosity minimal")]
    [InlineData("build c --skip")]
    [InlineData("build c --skip a")]
    [InlineData("build c --skip c")]
    [InlineData("build --skip")]
    [InlineData("build --help")]
    [InlineData("build show --configuration release --names a b --plus x+y --flag --environment staging")]
    [InlineData("BC=cyc build")]
    [InlineData("BC=self build")]
    [InlineData("BC=req2 build")]
    [InlineData("BC=nodef build")]
    [InlineData("BC=multi build")]
    [InlineData("BC=exit build")]
    [InlineData("BC=exit build f")]
    [InlineData("BC=dis build")]
    [InlineData("BC=hook build")]
    [InlineData("BC=hook build f")]
    [InlineData("BC=comp build")]
    [InlineData("BC=trg build")]
    [InlineData("BC=cond2 build")]
    [InlineData("BC=tryg build")]
    [InlineData("BC=dup build")]
    [InlineData("BC=ord build")]
    [InlineData("BC=ord build t1")]
    [InlineData("BC=ord build t2")]
    [InlineData("BC=ord build t3")]
    [InlineData("BC=ord build t4")]
    [InlineData("BC=ord build t5")]
    [InlineData("BC=ord build t6")]
    [InlineData("BC=ord build t6 t4")]
    [InlineData("BC=ord build t8")]
    [InlineData("BC=ord build t9 t5")]
    [InlineData("BC=ord build t10")]
    [InlineData("BC=ord build t10 t9 t8 t7 t6 t5")]
    [InlineData("BC=ord build t1 t9")]
    public void Prints_what_was_recorded(string command)
    {
        var recorded = Transcript.Of(command);
        using var run = new TestRun();

        var result = ProbeBuilds.Execute(run, command);

        result.Normalized.ShouldBe(recorded.Normalized);
        result.ExitCode.ShouldBe(recorded.ExitCode);
    }
}
