using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json;
using Nuke.Common.Tests.Api;

namespace OpticWorks.Build.Tests;

/// <summary>With NukeVersion set the suite is built against the published packages, and uses nothing that they lack.</summary>
public sealed class PublishedPackagesTests
{
    private const string Project = "build/OpticWorks.Build/OpticWorks.Build.csproj";

    [Fact]
    public async Task Version_switches_from_the_engine_to_the_packages()
    {
        var items = await ItemsAsync("-p:NukeVersion=10.1.0");

        Names(items, "ProjectReference").ShouldBe(["OpticWorks.Operations.csproj"]);
        Names(items, "PackageReference").ShouldContain("Nuke.Common");
        Names(items, "PackageReference").ShouldContain("Nuke.Components");
        VersionOf(items, "Nuke.Common").ShouldBe("10.1.0");
        VersionOf(items, "Nuke.Components").ShouldBe("10.1.0");
        // What the packages of 10.1.0 depend on; with transitive pinning an older central version is an error (NU1109).
        VersionOf(items, "Serilog").ShouldBe("4.3.0");
        VersionOf(items, "Serilog.Sinks.Console").ShouldBe("6.1.1");
        VersionOf(items, "Serilog.Sinks.File").ShouldBe("7.0.0");
    }

    [Fact]
    public async Task Without_a_version_the_engine_is_built()
    {
        var items = await ItemsAsync();

        Names(items, "ProjectReference").ShouldBe(["OpticWorks.Operations.csproj", "Nuke.Common.csproj"], ignoreOrder: true);
        Names(items, "PackageReference").ShouldNotContain(name => name.StartsWith("Nuke", StringComparison.Ordinal));
        VersionOf(items, "Serilog").ShouldBe("3.1.1");
    }

    [Fact]
    public void Every_start_opts_out_of_telemetry()
    {
        File.ReadAllText(TemporaryRoot.InCheckout("build.sh")).ShouldContain("export DOTNET_CLI_TELEMETRY_OPTOUT=1");
        File.ReadAllText(TemporaryRoot.InCheckout("build.sh")).ShouldContain(" NUKE_TELEMETRY_OPTOUT=1");
        File.ReadAllText(TemporaryRoot.InCheckout("build.ps1")).ShouldContain("$env:NUKE_TELEMETRY_OPTOUT = '1'");
    }

    [Fact]
    public void Every_used_type_and_member_is_published()
    {
        var recorded = RecordedApi.Read();
        var used = UsedOf(typeof(StoreBuild).Assembly.Location);

        used.Count.ShouldBeGreaterThan(30);
        used.ShouldContain(("Nuke.Common.NukeBuild", "Execute", 1));
        used.Where(member => !IsPublished(recorded, member)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Nuke.Common.NukeBuild", "Execute", 2)]
    [InlineData("Nuke.Common.NukeBuild", "OwnInvention", 0)]
    [InlineData("Nuke.Common.Execution.Redaction", null, -1)]
    public void What_is_not_published_is_noticed(string type, string? member, int parameters) =>
        IsPublished(RecordedApi.Read(), (type, member, parameters)).ShouldBeFalse();

    private static bool IsPublished(RecordedApi recorded, (string Type, string? Member, int Parameters) used)
    {
        var name = used.Type.Split('`')[0];
        var types = recorded.Types.Where(type => type == name || type.StartsWith($"{name}<", StringComparison.Ordinal)).ToList();
        // A delegate has only its signature, and constructors are not recorded.
        if (used.Member is null or ".ctor" or "Invoke" or "BeginInvoke" or "EndInvoke")
            return types.Count > 0;
        return types.Exists(type => recorded.MembersOf(type)!.Any(member => IsSame(member, used.Member, used.Parameters)));
    }

    private static bool IsSame(string recorded, string member, int parameters)
    {
        string[] ends = member[..Math.Min(4, member.Length)] switch
        {
            "get_" => [$" {member[4..]} get", $" {member[4..]} get set"],
            "set_" => [$" {member[4..]} set", $" {member[4..]} get set"],
            _ => []
        };
        if (ends.Length > 0)
            return ends.Any(end => recorded.EndsWith(end, StringComparison.Ordinal));
        if (parameters < 0)
            return recorded.EndsWith($" {member}", StringComparison.Ordinal) || recorded == member;
        var name = member switch
        {
            "op_Implicit" => "implicit operator",
            "op_Division" => "operator /",
            "op_Addition" => "operator +",
            "op_Equality" => "operator ==",
            "op_Inequality" => "operator !=",
            _ => $" {member}"
        };
        string[] heads = name == "implicit operator" ? [name] : [$"{name}(", $"{name}<"];
        return heads.Any(head => recorded.Contains(head, StringComparison.Ordinal)) && Parameters(recorded) == parameters;
    }

    private static int Parameters(string recorded)
    {
        var list = recorded[recorded.IndexOf('(')..];
        var depth = 0;
        var commas = 0;
        foreach (var character in list)
        {
            depth += character is '(' or '<' or '[' ? 1 : character is ')' or '>' or ']' ? -1 : 0;
            commas += character == ',' && depth == 1 ? 1 : 0;
        }

        return list == "()" ? 0 : commas + 1;
    }

    /// <summary>Types, and members with the number of their parameters (-1 for fields), that the assembly takes from the engine.</summary>
    private static HashSet<(string Type, string? Member, int Parameters)> UsedOf(string assembly)
    {
        using var file = File.OpenRead(assembly);
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        var engine = metadata.AssemblyReferences.Single(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name) == "Nuke.Common");
        var types = metadata.TypeReferences
            .Where(handle => metadata.GetTypeReference(handle).ResolutionScope == (EntityHandle)engine)
            .ToDictionary(handle => handle, handle => FullName(metadata, handle));
        var used = types.Values.Select(type => (type, (string?)null, -1)).ToHashSet();
        foreach (var handle in metadata.MemberReferences)
        {
            var member = metadata.GetMemberReference(handle);
            if (TypeOf(metadata, member.Parent) is not { } parent || !types.TryGetValue(parent, out var type))
                continue;
            var signature = metadata.GetBlobReader(member.Signature);
            var header = signature.ReadSignatureHeader();
            var parameters = -1;
            if (header.Kind == SignatureKind.Method)
            {
                if (header.IsGeneric)
                    signature.ReadCompressedInteger();
                parameters = signature.ReadCompressedInteger();
            }

            used.Add((type, metadata.GetString(member.Name), parameters));
        }

        return used;
    }

    private static TypeReferenceHandle? TypeOf(MetadataReader metadata, EntityHandle parent)
    {
        if (parent.Kind == HandleKind.TypeReference)
            return (TypeReferenceHandle)parent;
        if (parent.Kind != HandleKind.TypeSpecification)
            return null;
        // A generic type: GENERICINST, CLASS or VALUETYPE, then the type itself (ECMA-335, II.23.2.14).
        var signature = metadata.GetBlobReader(metadata.GetTypeSpecification((TypeSpecificationHandle)parent).Signature);
        if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
            return null;
        signature.ReadSignatureTypeCode();
        var type = signature.ReadTypeHandle();
        return type.Kind == HandleKind.TypeReference ? (TypeReferenceHandle)type : null;
    }

    private static string FullName(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        return $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
    }

    private static async Task<JsonElement> ItemsAsync(params string[] properties)
    {
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new System.Diagnostics.ProcessStartInfo(dotnet)
        {
            RedirectStandardOutput = true,
            WorkingDirectory = TemporaryRoot.InCheckout(".")
        };
        foreach (var argument in new[] { "msbuild", Project, "-getItem:PackageReference,ProjectReference,PackageVersion", "-nodeReuse:false" }.Concat(properties))
            start.ArgumentList.Add(argument);
        // The test host's own variables would lead msbuild to another SDK.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        using var process = System.Diagnostics.Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, output);
        return JsonDocument.Parse(output).RootElement.GetProperty("Items");
    }

    private static List<string> Names(JsonElement items, string kind) =>
        [.. items.GetProperty(kind).EnumerateArray().Select(item => Path.GetFileName(item.GetProperty("Identity").GetString()!.Replace('\\', '/')))];

    private static string VersionOf(JsonElement items, string package) =>
        items.GetProperty("PackageVersion").EnumerateArray()
            .Single(item => item.GetProperty("Identity").GetString() == package)
            .GetProperty("Version").GetString()!;
}
