using OpticWorks.Build.Rehearsals;
using OpticWorks.Operations;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Build.Tests.Rehearsals;

public sealed class KilledOperatorTests
{
    private const string Switched = "12:00:01  switch    api-1:9001  verified: up, weight 100";

    [Theory]
    [InlineData("switch    api-1:9001  verified: up, weight 100", true)]
    [InlineData("switch    api-1:9001  healthy on r-20261122-141203-3f9c2ab after 4.1 s", false)]
    [InlineData("stage     api-1  verified: there", false)]
    public void It_is_killed_when_the_first_instance_was_switched(string text, bool expected) => KilledOperator.IsFirstSwitch(text).ShouldBe(expected);

    [ProgramFact("bash")]
    public async Task What_was_started_is_killed_in_the_middle_and_its_facts_were_passed_on()
    {
        var told = new Told();
        var file = Path.GetTempFileName();
        try
        {
            await KilledOperator.RunAsync(Bash($"echo $$ > '{file}'; echo banner; echo '12:00:00  stage     api-1  4.1 MiB'; echo '{Switched}'; sleep 600"), told, CancellationToken.None);

            Directory.Exists($"/proc/{File.ReadAllText(file).Trim()}").ShouldBeFalse();
            told.Lines.ShouldBe(["operator: stage     api-1  4.1 MiB", "operator: switch    api-1:9001  verified: up, weight 100", "operator: killed (SIGKILL) while it switched the second instance"]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [ProgramFact("bash")]
    public async Task One_that_ended_by_itself_proves_nothing()
    {
        var error = await Should.ThrowAsync<OperationException>(() => KilledOperator.RunAsync(Bash("echo refused >&2; exit 4"), new Told(), CancellationToken.None));

        error.Message.ShouldBe("The operator's program ended before it could be killed (exit 4)");
        error.Seen.ShouldBe("refused");
    }

    [ProgramFact("bash")]
    public async Task An_interruption_is_one()
    {
        using var interrupt = new CancellationTokenSource();
        var told = new Told(() => interrupt.Cancel());

        // Not interrupted it would end by itself, which is another failure.
        await Should.ThrowAsync<OperationCanceledException>(() => KilledOperator.RunAsync(Bash("echo \"12:00:00  pid $$\"; exec sleep 600"), told, interrupt.Token));

        Directory.Exists($"/proc/{told.Lines.ShouldHaveSingleItem()["operator: pid ".Length..]}").ShouldBeFalse();
    }

    private static LocalCommand Bash(string script) => new("bash", "-c", script);

    /// <param name="onSay">Called after each fact.</param>
    private sealed class Told(Action? onSay = null) : INarrator
    {
        public List<string> Lines { get; } = [];

        public void Say(string topic, string text)
        {
            Lines.Add($"{topic}: {text}");
            onSay?.Invoke();
        }

        public void Warn(string topic, string text) => Lines.Add($"{topic}! {text}");

        public void Detail(string topic, string text)
        {
        }
    }
}
