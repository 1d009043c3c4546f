namespace Nuke.Common.Utilities;

/// <summary>Writes indented lines and comments.</summary>
public class CustomFileWriter
{
    private readonly StreamWriter _writer;
    private readonly int _indentationFactor;
    private readonly string _commentPrefix;
    private int _depth;

    public CustomFileWriter(StreamWriter streamWriter, int indentationFactor, string commentPrefix)
    {
        _writer = streamWriter;
        _indentationFactor = indentationFactor;
        _commentPrefix = commentPrefix;
    }

    public void WriteLine(string text = null) =>
        _writer.WriteLine(string.IsNullOrEmpty(text) ? string.Empty : new string(' ', _depth * _indentationFactor) + text);

    public void WriteComment(string text = null) => WriteLine($"{_commentPrefix}{text}".TrimEnd());

    public void Write(Action<CustomFileWriter> writer) => writer(this);

    /// <summary>Indents by one step until the result is disposed.</summary>
    public IDisposable Indent()
    {
        _depth++;
        return new Indentation(this);
    }

    private sealed class Indentation(CustomFileWriter writer) : IDisposable
    {
        public void Dispose() => writer._depth--;
    }
}
