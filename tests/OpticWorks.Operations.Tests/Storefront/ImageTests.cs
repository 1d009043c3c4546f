using FsCheck;
using FsCheck.Fluent;
using OpticWorks.Operations.Storefront.Images;

namespace OpticWorks.Operations.Tests.Storefront;

/// <summary>What a synchronisation of images decides, and the map that it writes.</summary>
public sealed class ImageTests
{
    private static ImageFile File(string path, int content, string? type = "image/png", long length = 10) => new(path, $"{content:x64}", length, type);

    private static string Url(string id) => $"https://imagedelivery.net/hash/{id}";

    private static Dictionary<string, string> There(params int[] contents) => contents.Select(content => File("", content).Id).ToDictionary(id => id, Url);

    private static ImageMap Map(params (string Path, int Content)[] entries) =>
        new(entries.Select(entry => KeyValuePair.Create(entry.Path, new DeliveredImage(File("", entry.Content).Id, Url(File("", entry.Content).Id)))));

    [Fact]
    public void One_of_each_content_that_is_not_there_is_uploaded()
    {
        var plan = ImagePlan.Of([File("a.png", 1), File("b.png", 1), File("c.png", 2), File("d.png", 3)], Map(("a.png", 1), ("c.png", 9), ("old.png", 9)), There(3, 9));
        plan.Uploads.Select(file => file.Path).ShouldBe(["a.png", "c.png"]);
        plan.Changed.Select(file => file.Path).ShouldBe(["b.png", "c.png", "d.png"]);
        plan.Gone.ShouldBe(["old.png"]);
    }

    [Fact]
    public void Files_that_would_not_be_taken_are_named_all_at_once()
    {
        var refused = Should.Throw<OperationException>(() => ImagePlan.Of([File("fine.png", 1), File("text.png", 2, type: null), File("big.jpg", 3, length: 11 * 1024 * 1024)], ImageMap.Empty, There()));
        refused.ExitCode.ShouldBe(ExitCodes.PreflightRefused);
        refused.Seen.ShouldBe("text.png is no PNG, GIF, JPEG, WebP, SVG or HEIC\nbig.jpg has 11.0 MiB; 10 are the most");
    }

    /// <summary>However far the uploads get, every entry is of an image that is there, and of the file's own path; and in the end every file has its own content.</summary>
    [Fact]
    public void The_map_is_true_however_far_it_came() => Prop.ForAll(
        ArbMap.Default.ArbFor<(int[] Now, int[] Before, int[] There, int Done)>(), drawn =>
        {
            int Small(int number) => Math.Abs(number % 5);
            var files = (drawn.Now ?? []).Select((content, number) => File($"{number}.png", Small(content))).ToArray();
            var before = Map([.. (drawn.Before ?? []).Select((content, number) => ($"{number}.png", Small(content)))]);
            var there = There([.. (drawn.There ?? []).Select(Small).Distinct()]);
            var plan = ImagePlan.Of(files, before, there);
            var uploaded = plan.Uploads.Take(Small(drawn.Done)).ToDictionary(file => file.Id, file => Url(file.Id));
            var map = plan.After(uploaded);
            var whole = plan.After(plan.Uploads.ToDictionary(file => file.Id, file => Url(file.Id)));
            return map.Images.All(entry => (there.ContainsKey(entry.Value.Id) || uploaded.ContainsKey(entry.Value.Id)) && files.Any(file => file.Path == entry.Key))
                && map.Images.All(entry => entry.Value.Id == files.Single(file => file.Path == entry.Key).Id || entry.Value == before.Images[entry.Key])
                && whole.Images.Count == files.Length && files.All(file => whole.Images[file.Path].Id == file.Id);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_map_is_read_as_it_was_written_and_anything_else_is_refused()
    {
        var map = Map(("b/ä.png", 2), ("a.png", 1));
        var read = ImageMap.Read(map.Write(), "images.json");
        read.Write().ShouldBe(map.Write());
        read.Images["b/ä.png"].Url.ShouldBe(Url(File("", 2).Id));
        map.Write().ShouldStartWith("{\n  \"schema\": 1,\n  \"images\": {\n    \"a.png\": {\n      \"id\": \"sha256-");
        foreach (var other in new[] { "", "[]", "{}", "{\"schema\":2,\"images\":{}}", "{\"name\":\"a package\"}", "{\"schema\":1,\"images\":{\"a\":{\"id\":null}}}" })
            Should.Throw<OperationException>(() => ImageMap.Read(other, "images.json")).ExitCode.ShouldBe(ExitCodes.PreflightRefused);
    }

    [Fact]
    public void A_folder_is_read_with_its_subfolders_and_formats_are_told_by_content()
    {
        using var folder = new TemporaryFolder();
        (string Path, byte[] Content, string? Type)[] files =
        [
            ("a.PNG", [0x89, .. "PNG\r\n\u001a\n...."u8], "image/png"), ("b/c.gif", [.. "GIF89a"u8], "image/gif"), ("b/d.jpeg", [0xff, 0xd8, 0xff, 0xe0], "image/jpeg"),
            ("e.webp", [.. "RIFF....WEBPVP8 "u8], "image/webp"), ("f.heic", [0, 0, 0, 24, .. "ftypheic"u8], "image/heic"), ("g.svg", [.. "<?xml version=\"1.0\"?>\n<svg/>"u8], "image/svg+xml"),
            ("h.avif", [0, 0, 0, 24, .. "ftypavif"u8], null), ("i.png", [.. "<html>"u8], null), ("j.jpg", [], null),
        ];
        foreach (var (path, content, _) in files)
        {
            var file = Path.Combine(folder.Path, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            System.IO.File.WriteAllBytes(file, content);
        }

        System.IO.File.WriteAllText(Path.Combine(folder.Path, "notes.txt"), "no image");
        ImageFolder.Read(folder.Path).Select(file => (file.Path, file.Type)).ShouldBe(files.Select(file => (file.Path, file.Type)).OrderBy(file => file.Path, StringComparer.Ordinal));
        ImageFolder.Read(folder.Path).Single(file => file.Path == "b/c.gif").Id.ShouldBe($"sha256-{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("GIF89a"u8))}");
        Should.Throw<OperationException>(() => ImageFolder.Read(Path.Combine(folder.Path, "none"))).ExitCode.ShouldBe(ExitCodes.Configuration);
    }
}
