using OpticWorks.Operations.Releases;

namespace OpticWorks.Operations.Tests.Releases;

public sealed class InputsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public InputsTests()
    {
        _folder.Write("src/a.ts", "a");
        _folder.Write("src/b.ts", "b");
    }

    public void Dispose() => _folder.Dispose();

    private string Digest() => new Inputs().Value("node", "22").Folder("src", _folder.At("src")).Digest();

    [Fact]
    public void Times_do_not_count()
    {
        var before = Digest();
        File.SetLastWriteTimeUtc(_folder.At("src/a.ts"), new DateTime(2020, 1, 1));

        Digest().ShouldBe(before);
    }

    [Fact]
    public void The_place_of_the_checkout_does_not_count()
    {
        var before = Digest();
        Directory.Move(_folder.At("src"), _folder.At("elsewhere"));

        new Inputs().Value("node", "22").Folder("src", _folder.At("elsewhere")).Digest().ShouldBe(before);
    }

    [Theory]
    [InlineData("node_modules/x/index.js")]
    [InlineData(".next/build-id")]
    [InlineData(".medusa/server/index.js")]
    [InlineData("deep/.wrangler/state")]
    public void What_builds_write_does_not_count(string path)
    {
        _folder.Write("src/deep/keep.ts", "");
        var before = Digest();
        _folder.Write($"src/{path}", "output");

        Digest().ShouldBe(before);
    }

    /// <summary>Such names are common among sources, too: images below public, a page or a route of that name.</summary>
    [Theory]
    [InlineData("public/static/hero.jpg")]
    [InlineData("app/coverage/page.tsx")]
    [InlineData("static/a.txt")]
    public void Outputs_of_a_package_are_beside_its_package_json_and_sources_elsewhere(string path)
    {
        var before = Digest();
        _folder.Write($"src/{path}", "1");
        var with = Digest();
        with.ShouldNotBe(before);
        File.WriteAllText(_folder.At($"src/{path}"), "2");
        Digest().ShouldNotBe(with);

        _folder.Write($"src/{Path.GetDirectoryName(Path.GetDirectoryName(path))}/package.json", "{}");
        with = Digest();
        File.WriteAllText(_folder.At($"src/{path}"), "3");
        Digest().ShouldBe(with);
    }

    public static TheoryData<string> Changes => new("content", "name", "added", "removed", "executable", "value", "swapped", "moved", "link");

    [Theory]
    [MemberData(nameof(Changes))]
    public void Every_change_counts(string change)
    {
        var before = Digest();
        var (a, b) = (_folder.At("src/a.ts"), _folder.At("src/b.ts"));
        switch (change)
        {
            case "content": File.WriteAllText(a, "A"); break;
            case "name": File.Move(a, _folder.At("src/c.ts")); break;
            case "added": _folder.Write("src/c.ts", ""); break;
            case "removed": File.Delete(b); break;
            case "executable": File.SetUnixFileMode(a, File.GetUnixFileMode(a) | UnixFileMode.UserExecute); break;
            case "swapped":
                File.WriteAllText(a, "b");
                File.WriteAllText(b, "a");
                break;
            case "moved":
                Directory.CreateDirectory(_folder.At("src/deep"));
                File.Move(a, _folder.At("src/deep/a.ts"));
                break;
            case "link":
                File.Delete(b);
                File.CreateSymbolicLink(b, "a.ts");
                break;
            default:
                new Inputs().Value("node", "23").Folder("src", _folder.At("src")).Digest().ShouldNotBe(before);
                return;
        }

        Digest().ShouldNotBe(before);
    }
}
