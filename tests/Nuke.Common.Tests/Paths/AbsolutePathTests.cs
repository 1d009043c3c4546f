using Nuke.Common.IO;

namespace Nuke.Common.Tests.Paths;

public sealed class AbsolutePathTests : IDisposable
{
    private readonly AbsolutePath _root = Directory.CreateTempSubdirectory("engine-paths-").FullName;

    public void Dispose() => _root.DeleteDirectory();

    [Theory]
    [InlineData("/a/b/../c/./d/", "/a/c/d")]
    [InlineData("/", "/")]
    [InlineData("//a///b", "/a/b")]
    [InlineData("/a/b c", "/a/b c")]
    [InlineData(@"/a\b", @"/a\b")]
    [InlineData(@"c:\a\..\b", @"C:\b")]
    [InlineData(@"C:/a/b", @"C:\a\b")]
    public void Path_is_normalized(string path, string expected) => ((string)AbsolutePath.Create(path)).ShouldBe(expected);

    [Theory]
    [InlineData("a/b")]
    [InlineData("")]
    [InlineData("./a")]
    public void Relative_path_is_refused(string path) =>
        Should.Throw<ArgumentException>(() => AbsolutePath.Create(path)).Message.ShouldBe($"Path '{path}' must be rooted");

    [Fact]
    public void Null_stays_null()
    {
        AbsolutePath path = (string)null;
        path.ShouldBeNull();
        ((string)path).ShouldBeNull();
    }

    [Fact]
    public void Operators_build_paths()
    {
        AbsolutePath path = "/a/b";
        ((string)(path / "c" / "../d")).ShouldBe("/a/b/d");
        ((string)(path / ..)).ShouldBe("/a");
        ((string)(path + ".txt")).ShouldBe("/a/b.txt");
        (path == "/a/c/../b").ShouldBeTrue();
        (path != "/a/B").ShouldBeTrue();
        Should.Throw<ArgumentException>(() => path / "/c").Message.ShouldBe("Second path must not be rooted");
        Should.Throw<Exception>(() => path / "../../..");
    }

    [Fact]
    public void Parts_of_a_path()
    {
        AbsolutePath path = "/a/b.tar.gz";
        path.Name.ShouldBe("b.tar.gz");
        path.NameWithoutExtension.ShouldBe("b.tar");
        path.Extension.ShouldBe(".gz");
        path.Parent.Parent.Parent.ShouldBeNull();
        ((string)path.WithExtension("zip")).ShouldBe("/a/b.tar.zip");
        path.HasExtension("zip", "gz").ShouldBeTrue();
    }

    [Fact]
    public void Formats_quote()
    {
        AbsolutePath spaced = "/a b";
        AbsolutePath plain = "/ab";
        $"{spaced:d} {plain:d} {spaced:dn} {plain:dn} {spaced:s} {plain:sn} {spaced:nq} {spaced}".ShouldBe(
            "\"/a b\" \"/ab\" \"/a b\" /ab '/a b' /ab /a b /a b");
    }

    [Fact]
    public void Relations_between_paths()
    {
        AbsolutePath path = "/a/b";
        ((string)path.GetRelativePathTo("/a/c/d")).ShouldBe("../c/d");
        ((string)path.GetWinRelativePathTo("/a/c/d")).ShouldBe(@"..\c\d");
        ((string)(path.GetUnixRelativePathTo("/a/b/c") / "d" / "..")).ShouldBe("c");
        path.Contains("/a/b/c").ShouldBeTrue();
        path.Contains("/a/bc").ShouldBeFalse();
        path.Contains("/a/..b").ShouldBeFalse();
    }

    [Fact]
    public void Written_text_ends_with_one_line_break_and_has_no_byte_order_mark()
    {
        var file = _root / "deep" / "file.txt";

        file.WriteAllText("a\n\n");

        file.ReadAllBytes().ShouldBe("a\n"u8.ToArray());
        file.WriteAllLines(["a", "b"], platformFamily: PlatformFamily.Windows).ReadAllBytes().ShouldBe("a\r\nb\r\n"u8.ToArray());
        file.WriteAllText("a", eofLineBreak: false).AppendAllText("b").UpdateText(text => text + "c").ReadAllText().ShouldBe("abc\n");
    }

    [Fact]
    public void Existence_is_asked_by_the_name_of_the_expression()
    {
        var outputDirectory = (_root / "x").CreateDirectory();
        var outputFile = _root / "x";
        var something = _root / "x";

        outputDirectory.Exists().ShouldBeTrue();
        outputFile.Exists().ShouldBeFalse();
        Should.Throw<ArgumentException>(() => something.Exists()).Message.ShouldContain("'something'");
        outputFile.ExistingDirectory().ShouldBe(outputDirectory);
    }

    [Fact]
    public void Deleting_what_is_not_there_does_nothing()
    {
        (_root / "none").DeleteFile();
        (_root / "none").DeleteDirectory();
        (_root / "file").TouchFile().Parent.CreateOrCleanDirectory();
        (_root / "file").FileExists().ShouldBeFalse();
    }

    [Fact]
    public void Globs_find_files()
    {
        foreach (var file in new[] { "a.cs", "src/b.cs", "src/deep/c.cs", "src/deep/c.txt", "src/d.md" })
            (_root / file).TouchFile();

        Found("**/*.cs").ShouldBe(["a.cs", "src/b.cs", "src/deep/c.cs"]);
        Found("*.cs").ShouldBe(["a.cs"]);
        Found("src/*").ShouldBe(["src/b.cs", "src/d.md"]);
        Found("src/**").ShouldBe(["src/b.cs", "src/d.md", "src/deep/c.cs", "src/deep/c.txt"]);
        Found("**/?.{txt,md}").ShouldBe(["src/d.md", "src/deep/c.txt"]);
        Found("[ab].cs", "src/[!b].md").ShouldBe(["a.cs", "src/d.md"]);
        _root.GlobDirectories("**/deep").ShouldBe([_root / "src" / "deep"]);
        (_root / "none").GlobFiles("*").ShouldBeEmpty();
        _root.GetFiles(depth: 2).Count().ShouldBe(3);
    }

    [Fact]
    public void Copies_follow_their_policy()
    {
        var source = (_root / "source" / "file").WriteAllText("new");
        var target = (_root / "target" / "file").WriteAllText("old");

        Should.Throw<Exception>(() => source.Copy(target));
        source.Copy(target, ExistsPolicy.FileSkip).ReadAllText().ShouldBe("old\n");
        source.TouchFile(DateTime.Now.AddHours(-1)).Copy(target, ExistsPolicy.FileOverwriteIfNewer).ReadAllText().ShouldBe("old\n");
        source.Copy(target, ExistsPolicy.FileOverwrite).ReadAllText().ShouldBe("new\n");
        Should.Throw<Exception>(() => source.Parent.Copy(target.Parent));
        source.Parent.CopyToDirectory(target.Parent, ExistsPolicy.MergeAndSkip);
        (_root / "target" / "source" / "file").FileExists().ShouldBeTrue();
        Should.Throw<Exception>(() => source.Parent.Copy(source.Parent / "inside"));
    }

    [Fact]
    public void Moves_leave_nothing_behind_but_what_was_skipped()
    {
        (_root / "source" / "a").WriteAllText("a");
        (_root / "source" / "deep" / "b").WriteAllText("b");
        (_root / "target" / "a").WriteAllText("old");

        (_root / "source").Move(_root / "target", ExistsPolicy.MergeAndSkip);

        (_root / "source").GlobFiles("**").ShouldBe([_root / "source" / "a"]);
        (_root / "target" / "deep" / "b").ReadAllText().ShouldBe("b\n");
        (_root / "target" / "a").ReadAllText().ShouldBe("old\n");
        (_root / "target").Rename("renamed").Name.ShouldBe("renamed");
    }

    [Theory]
    [InlineData("archive.zip")]
    [InlineData("archive.tar.gz")]
    [InlineData("archive.tgz")]
    public void Archives_hold_what_was_packed(string name)
    {
        (_root / "source" / "a").WriteAllText("a");
        (_root / "source" / "deep" / "b").WriteAllText("b");

        (_root / "source").CompressTo(_root / name, file => file.Name != "a");
        (_root / name).UncompressTo(_root / "target");

        (_root / "target").GlobFiles("**").ShouldBe([_root / "target" / "deep" / "b"]);
        Should.Throw<IOException>(() => (_root / "source").CompressTo(_root / name));
    }

    [Fact]
    public void Digest_depends_on_names_and_contents_only()
    {
        (_root / "a").WriteAllText("x");
        (_root / "b").WriteAllText("y");
        var digest = _root.GetDirectoryHash();

        (_root / "a").TouchFile(DateTime.Now.AddDays(1));
        _root.GetDirectoryHash().ShouldBe(digest);
        (_root / "b").Rename("c");
        _root.GetDirectoryHash().ShouldNotBe(digest);
        (_root / "empty").TouchFile().GetFileHash().ShouldBe("d41d8cd98f00b204e9800998ecf8427e");
    }

    private IEnumerable<string> Found(params string[] patterns) =>
        _root.GlobFiles(patterns).Select(file => (string)_root.GetUnixRelativePathTo(file));
}
