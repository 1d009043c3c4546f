using System.Text;

namespace Nuke.Common.Tooling;

/// <summary>A process ended with another exit code than 0.</summary>
public class ProcessException : Exception
{
    public ProcessException(IProcess process)
        : base(Describe(process))
    {
        ExitCode = process.ExitCode;
    }

    public int ExitCode { get; }

    private static string Describe(IProcess process)
    {
        var text = new StringBuilder();
        text.Append($"Process '{Path.GetFileName(process.FileName)}' exited with code {process.ExitCode}.\n");
        text.Append($"   > {process.FileName} {process.Arguments}".TrimEnd()).Append('\n');
        text.Append($"   @ {process.WorkingDirectory}");
        var type = process.Output.Any(line => line.Type == OutputType.Err) ? OutputType.Err : OutputType.Std;
        var lines = process.Output.Where(line => line.Type == type).Select(line => $"\n   {line.Text}").ToList();
        if (lines.Count > 0)
            text.Append(type == OutputType.Err ? "\nError output:" : "\nStandard output:").AppendJoin(string.Empty, lines);
        return text.ToString();
    }
}
