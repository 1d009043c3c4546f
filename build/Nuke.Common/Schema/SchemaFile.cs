using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nuke.Common.Execution;
using Nuke.Common.IO;

namespace Nuke.Common.Schema;

/// <summary><c>.nuke/build.schema.json</c>, and the <c>parameters.json</c> that refers to it.</summary>
internal static class SchemaFile
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping
    };

    private static AbsolutePath File => Invocation.Current.NukeDirectory / "build.schema.json";

    private static AbsolutePath ParametersFile => Invocation.Current.NukeDirectory / "parameters.json";

    /// <summary>Writes the schema unless neither the build nor the file has changed since it was last written.</summary>
    public static void WriteIfOutdated(NukeBuild build)
    {
        // In old repositories .nuke is a file; there is no place for a schema.
        if (!Invocation.Current.NukeDirectory.DirectoryExists() || SchemaStamp.IsCurrent(build, File))
            return;
        Write(build);
        SchemaStamp.Keep(build, File);
    }

    public static void Write(NukeBuild build)
    {
        var content = BuildSchema.Of(build).ToJsonString(Format);
        if (!File.FileExists() || File.ReadAllText().TrimEnd() != content)
            File.WriteAllText(content);
        if (!ParametersFile.FileExists())
            ParametersFile.WriteAllText(new JsonObject { ["$schema"] = $"./{File.Name}" }.ToJsonString(Format));
    }
}
