using System.Text;
using Nuke.Common.IO;

namespace Nuke.Common.CI;

/// <summary>Collects a file, and writes it once it is complete and differs from what is there. Lines end alike on every system.</summary>
internal sealed class ConfigurationFileWriter : StreamWriter
{
    private readonly AbsolutePath _file;

    public ConfigurationFileWriter(AbsolutePath file)
        : base(new MemoryStream(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false))
    {
        _file = file;
        NewLine = "\n";
    }

    public void Keep()
    {
        Flush();
        var content = ((MemoryStream)BaseStream).ToArray();
        if (!_file.FileExists() || !_file.ReadAllBytes().AsSpan().SequenceEqual(content))
            _file.WriteAllBytes(content);
    }
}
