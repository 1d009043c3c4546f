using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpticWorks.Operations.Toolchain;

/// <summary>What was found out about a program, so that the next call need not ask it for its version.</summary>
/// <param name="Recipe">The pin's recipe and range; a moved pin voids the record.</param>
/// <param name="Program">The program's file.</param>
/// <param name="Candidates">What the search found; a new, changed or vanished candidate voids the record.</param>
internal sealed record InstallRecord(string Recipe, string Version, string Origin, FileStamp Program, IReadOnlyList<FileStamp> Candidates)
{
    /// <summary>The record, or null when there is none that can be read.</summary>
    public static InstallRecord? Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), InstallRecordJson.Default.InstallRecord) : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            // A record only saves time; without one the program is asked again.
            return null;
        }
    }

    /// <summary>Writes it whole: to another name, then renamed.</summary>
    public void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var unfinished = $"{path}.{Guid.NewGuid():N}";
        File.WriteAllBytes(unfinished, JsonSerializer.SerializeToUtf8Bytes(this, InstallRecordJson.Default.InstallRecord));
        File.Move(unfinished, path, overwrite: true);
    }

    public bool Holds(string recipe, IReadOnlyList<FileStamp> candidates) =>
        Recipe == recipe && Program is { IsUnchanged: true } && Candidates is not null && Candidates.SequenceEqual(candidates);
}

[JsonSerializable(typeof(InstallRecord))]
[JsonSourceGenerationOptions(WriteIndented = true)]
internal sealed partial class InstallRecordJson : JsonSerializerContext;
