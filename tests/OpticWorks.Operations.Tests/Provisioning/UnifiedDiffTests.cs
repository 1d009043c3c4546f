using System.Text.RegularExpressions;
using FsCheck.Fluent;
using OpticWorks.Operations.Provisioning;

namespace OpticWorks.Operations.Tests.Provisioning;

public sealed class UnifiedDiffTests
{
    [Fact]
    public void Changes_far_apart_are_hunks_of_their_own()
    {
        var old = string.Concat(Enumerable.Range(1, 20).Select(line => $"{line}\n"));
        var wanted = old.Replace("2\n3\n", "2\nnew\n3\n").Replace("17\n", "");

        UnifiedDiff.Of(old, wanted, "/etc/x").ShouldBe(
            """
            --- /etc/x
            +++ /etc/x
            @@ -1,5 +1,6 @@
             1
             2
            +new
             3
             4
             5
            @@ -14,7 +15,6 @@
             14
             15
             16
            -17
             18
             19
             20

            """);
    }

    [Fact]
    public void A_new_file_comes_from_nowhere() =>
        UnifiedDiff.Of(null, "a\nb\n", "/etc/x").ShouldBe("--- /dev/null\n+++ /etc/x\n@@ -0,0 +1,2 @@\n+a\n+b\n");

    [Fact]
    public void A_missing_last_line_feed_is_a_difference() =>
        UnifiedDiff.Of("a", "a\n", "x").ShouldBe("--- x\n+++ x\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n");

    [Fact]
    public void Equal_texts_have_none() => UnifiedDiff.Of("a\n", "a\n", "x").ShouldBeEmpty();

    [Fact]
    public void Control_characters_of_a_host_never_reach_the_terminal() =>
        UnifiedDiff.Of("\u001b[31mred\n", "plain\n", "x").ShouldNotContain('\u001b');

    [Fact]
    public void Applied_to_the_old_text_it_gives_the_new_one()
    {
        var text = Gen.Elements("a", "b", "c").ListOf().Select(lines => string.Concat(lines.Select(line => line + "\n")));
        foreach (var (old, wanted) in text.Two().Sample(40, 200))
            Patched(old, UnifiedDiff.Of(old, wanted, "x")).ShouldBe(wanted, $"{old}→{wanted}");
    }

    /// <summary>Applies a diff by its line numbers, checking every line that it names.</summary>
    private static string Patched(string old, string diff)
    {
        var before = old.Split('\n')[..^1];
        List<string> after = [];
        var at = 0;
        foreach (var line in diff.Split('\n').Skip(2).Where(line => line.Length > 0))
        {
            if (Regex.Match(line, @"^@@ -(\d+),(\d+) \+\d+,\d+ @@$") is { Success: true } head)
            {
                var start = int.Parse(head.Groups[1].Value) - (head.Groups[2].Value == "0" ? 0 : 1);
                after.AddRange(before[at..start]);
                at = start;
                continue;
            }

            if (line[0] != '+')
                before[at++].ShouldBe(line[1..]);
            if (line[0] != '-')
                after.Add(line[1..]);
        }

        return string.Concat(after.Concat(before[at..]).Select(line => line + "\n"));
    }
}
