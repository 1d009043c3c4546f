namespace Nuke.Common.Tests.Fuzz;

/// <summary>Valid command lines that were damaged, and tokens that nobody would write.</summary>
internal static class RandomArguments
{
    private static readonly string[][] Valid =
    [
        [], ["compile"], ["test", "publish"], ["clean", "deploy-now", "--text", "hello"], ["--target", "restore+audit"], ["deploynow", "--skip"],
        ["deploy-now", "--skip", "compile", "audit"], ["--target", "publish", "--skip", "announce"], ["test", "--number", "-5", "--flag"],
        ["--help"], ["--plan"], ["restore", "--continue"], ["überprüfen", "--items", "a+b", "--doubles", "1.5", "2"],
        ["compile", "--span", "0:01:00", "--level", "quiet"], ["publish", "--verbosity", "minimal", "--no-logo"],
        ["test", "--host", "GitHubActions"], ["audit", "--api-key", "abcdef", "--folder", "out"], ["-Target", "Clean", "--strict"],
        ["restore", "--partition", "1/2"], ["--shell-completion"], ["compile", "--profile", "dev"], ["--root"]
    ];

    private static readonly string[] Tokens =
    [
        "", " ", "-", "--", "---", "-1", "--1", "+", "++", "a+", "=", "--text=x", "--target=clean", "--skip", "--target", "--text", "--items", "--level",
        "--number", "--flag", "--help", "--plan", "--host", "--verbosity", "--root", "--profile", "--partition", "--continue", "--no-logo", "--strict",
        "--generate-configuration", "--params-key", "--shell-completion", "--api-key", ":complete", "compile", "COMPILE", "deploy-now", "DeployNow",
        "überprüfen", "ÜBERPRÜFEN", "nosuch", "true", "false", "\"", "'", "\"a b\"", "\\", "$(id)", "%s", "{0}", "{Text}", "\n", "\t", "\0", "\u00a0",
        "\u200b", "\u202e", "\ud83d\ude80", "\ud83d", "é", "e\u0301", "ﬀ", "İ", "ı", "0", "999999999999", "1e400", "NaN", "-∞", "1/0", "0/0", "9/3", "|", "&&",
        "*", "~", "@file", "#", "::error::x", "##[group]", "\e[31m"
    ];

    // Without dots and slashes: a name that leads out of the test's folder would let --root write there.
    private const string Letters = "abcXYZ-+=019 \t\"'\\{}[]()<>|&;$%#@!?*~^`,:_éßΩж中\ud83d\ude80\u0000\u200d\ufeff\uffff";

    public static string[] Next(Random random)
    {
        var arguments = Valid[random.Next(Valid.Length)].ToList();
        for (var changes = random.Next(5); changes > 0; changes--)
            Change(random, arguments);
        return [.. arguments];
    }

    private static void Change(Random random, List<string> arguments)
    {
        var place = random.Next(arguments.Count + 1);
        switch (arguments.Count == 0 ? 0 : random.Next(7))
        {
            case 0:
                arguments.Insert(place, Tokens[random.Next(Tokens.Length)]);
                break;
            case 1:
                arguments.Insert(place, Text(random));
                break;
            case 2:
                arguments.InsertRange(place, Valid[random.Next(Valid.Length)]);
                break;
            case 3:
                arguments.RemoveAt(random.Next(arguments.Count));
                break;
            case 4:
                arguments.Add(arguments[random.Next(arguments.Count)]);
                break;
            case 5:
                (arguments[0], arguments[^1]) = (arguments[^1], arguments[0]);
                break;
            default:
                var damaged = random.Next(arguments.Count);
                var token = arguments[damaged];
                arguments[damaged] = token.Insert(random.Next(token.Length + 1), Text(random));
                break;
        }
    }

    private static string Text(Random random) => string.Concat(random.GetItems<char>(Letters, random.Next(6)));
}
