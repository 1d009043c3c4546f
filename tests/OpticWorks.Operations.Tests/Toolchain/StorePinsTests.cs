using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Tests.Toolchain;

public sealed class StorePinsTests
{
    private const string Lockfile = """
        lockfileVersion: '9.0'
        settings:
          autoInstallPeers: true
        importers:
          .:
            dependencies:
              next:
                specifier: 16.4.6
                version: 16.4.6(react@19.0.0)
          apps/storefront:
            devDependencies:
              '@opennextjs/cloudflare':
                specifier: ^1.20.0
                version: 1.20.13(next@16.4.6)(wrangler@4.164.0)
              wrangler:
                specifier: ^4.164.0
                version: 4.164.0(@cloudflare/workers-types@4.1.0)
        packages:
          this: [is, never, read
        """;

    [Fact]
    public void Everything_that_a_store_pins_is_read()
    {
        var digest = string.Concat(Enumerable.Repeat("0f", 64));
        var pins = Parse($$"""
            { "name": "store", "engines": { "npm": ">=1", "node": ">=22.12" },
              "dependencies": { "node": "not this one" },
              "packageManager": "pnpm@10.20.1+sha512.{{digest}}" }
            """, null, Lockfile);
        pins.Node!.Contains(ProgramVersion.Parse("22.12")).ShouldBeTrue();
        pins.Pnpm!.Text.ShouldBe("10.20.1");
        pins.PnpmIntegrity.ShouldBe("sha512-" + Convert.ToBase64String(Enumerable.Repeat((byte)0x0f, 64).ToArray()));
        pins.Wrangler!.Text.ShouldBe("4.164.0");
        pins.OpenNext!.Text.ShouldBe("1.20.13");
    }

    [Fact]
    public void What_is_not_pinned_is_null() => Parse("{}", "\n", "lockfileVersion: '9.0'\n").ShouldBe(new StorePins());

    [Fact]
    public void Nothing_at_all_pins_nothing() => Parse(null, null, null).ShouldBe(new StorePins());

    [Fact]
    public void The_nvmrc_wins_over_the_engines() =>
        Parse("""{ "engines": { "node": ">=18" } }""", "# ours\nv22.11.0\n", null).Node!.Text.ShouldBe("22.11.0");

    [Theory]
    [InlineData("lts/jod", "22")]
    [InlineData("lts/iron", "20")]
    [InlineData("22 # comment", "22")]
    [InlineData("lts/*", null)]
    [InlineData("node", null)]
    public void Nvmrc_aliases_are_known(string text, string? expected) => Parse(null, text, null).Node?.Text.ShouldBe(expected);

    [Fact]
    public void Lockfiles_of_version_5_and_6_keep_dependencies_at_the_top()
    {
        Parse(null, null, "lockfileVersion: '6.0'\ndependencies:\n  wrangler:\n    specifier: 3.0.0\n    version: 3.0.1(peer@1)\n").Wrangler!.Text.ShouldBe("3.0.1");
        Parse(null, null, "lockfileVersion: 5.4\ndevDependencies:\n  wrangler: 2.1.0_peer@1\npackages:\n").Wrangler!.Text.ShouldBe("2.1.0");
    }

    [Theory]
    [InlineData("{\n  \"packageManager\": \"npm@10.2.0\"\n}", null, null, "package.json line 2: packageManager \"npm@10.2.0\"")]
    [InlineData("{\n\n  \"packageManager\": \"pnpm@10\"\n}", null, null, "package.json line 3: packageManager \"pnpm@10\"")]
    [InlineData("{\n  \"packageManager\": \"pnpm@12.21.0\"\n}", null, null, "package.json line 2: pnpm 12.21.0 is not supported")]
    [InlineData("{\n  \"packageManager\": 10\n}", null, null, "package.json line 2: packageManager is not a text")]
    [InlineData("{\n  \"engines\": {\n    \"node\": \"newest\"\n  }\n}", null, null, "package.json line 3: engines.node: \"newest\"")]
    [InlineData("{\n  \"engines\": {\n    \"node\": { \"a\": [1] }\n  }\n}", null, null, "package.json line 3: node is not a text")]
    [InlineData("{\n  \"name\": \"x\",\n  oops\n}", null, null, "package.json line 3: not JSON")]
    [InlineData(null, "\nlatest-ish\n", null, ".nvmrc line 2: \"latest-ish\"")]
    [InlineData(null, "22.x", null, ".nvmrc line 1: \"22.x\"")]
    [InlineData(null, null, "importers:\n  .:\n    dependencies:\n      wrangler:\n        version: link:../x\n", "pnpm-lock.yaml line 5: wrangler has no version")]
    [InlineData(null, null, "importers:\n  .: [\npackages:\n", "pnpm-lock.yaml line")]
    public void Mistakes_name_file_and_line(string? manifest, string? nvmrc, string? lockfile, string expected)
    {
        var mistakes = new List<string>();
        StorePins.Parse(manifest, nvmrc, lockfile, mistakes);
        mistakes.ShouldHaveSingleItem().ShouldStartWith(expected);
    }

    [Fact]
    public void All_mistakes_of_a_folder_are_told_at_once()
    {
        var folder = Directory.CreateTempSubdirectory("opticworks-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "package.json"), "{ \"packageManager\": \"yarn@4.0.0\" }");
            File.WriteAllText(Path.Combine(folder, ".nvmrc"), "soon");
            var error = Should.Throw<OperationException>(() => StorePins.Read(folder));
            error.ExitCode.ShouldBe(ExitCodes.Configuration);
            error.Where.ShouldBe(folder);
            error.Seen!.Split('\n').Length.ShouldBe(2);
            Should.Throw<OperationException>(() => StorePins.Read(Path.Combine(folder, "missing"))).ExitCode.ShouldBe(ExitCodes.Configuration);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static StorePins Parse(string? manifest, string? nvmrc, string? lockfile)
    {
        var mistakes = new List<string>();
        var pins = StorePins.Parse(manifest, nvmrc, lockfile, mistakes);
        mistakes.ShouldBeEmpty();
        return pins;
    }
}
