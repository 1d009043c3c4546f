using System.ComponentModel;
using System.Globalization;
using Nuke.Common.Execution;
using Nuke.Common.Reporting;

namespace Nuke.Common;

/// <summary>Where the build runs, and how its output looks there. Derive from it to change either.</summary>
[TypeConverter(typeof(TypeConverter))]
public class Host
{
    protected Host()
    {
    }

    /// <summary>Writes the engine's header line.</summary>
    protected internal void WriteLogo()
    {
        Out.Line($"OpticWorks.Build engine {EngineVersion.Text}, the API of NUKE {EngineVersion.NukeApi} ({EngineVersion.Platform})");
    }

    /// <summary>Opens the block of a target or of the closing overview; it ends when disposed.</summary>
    protected internal virtual IDisposable WriteBlock(string text)
    {
        var lines = new string('═', text.Length + 5);
        Out.Line();
        Out.Line($"╬{lines}", Tone.Heading);
        Out.Line($"║ {text}", Tone.Heading);
        Out.Line($"╬{lines[..Math.Max(text.Length - 4, 2)]}", Tone.Heading);
        Out.Line();
        return Nothing.Disposable;
    }

    /// <summary>Called for every warning, beside its log line.</summary>
    protected internal virtual void ReportWarning(string text, string details = null)
    {
    }

    /// <summary>Called for every error, beside its log line.</summary>
    protected internal virtual void ReportError(string text, string details = null)
    {
    }

    /// <summary>Whether the message is a command to the host and is to be written as it is.</summary>
    protected internal virtual bool FilterMessage(string message) => false;

    /// <summary>Repeats all warnings and errors of the run.</summary>
    protected internal virtual void WriteErrorsAndWarnings()
    {
        if (BuildLog.ErrorsAndWarnings.Count == 0)
            return;
        using (WriteBlock("Errors & Warnings"))
        {
            foreach (var line in BuildLog.ErrorsAndWarnings)
                Out.Line(line.Text, line.Tone);
        }
    }

    /// <summary>Writes the table of targets.</summary>
    protected internal virtual void WriteTargetOutcome(INukeBuild build) => SummaryTable.Write(build);

    /// <summary>Writes the closing line.</summary>
    protected internal virtual void WriteBuildOutcome(INukeBuild build)
    {
        Out.Line();
        var time = DateTime.Now.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        if (build.IsSucceeding)
            Out.Line($"Build succeeded on {time}.", Tone.Success);
        else
            Out.Line($"Build failed on {time}.", Tone.Error);
    }

    /// <summary>Reads a host from the end of its type's name, whatever the case.</summary>
    public class TypeConverter : System.ComponentModel.TypeConverter
    {
        public override bool CanConvertFrom(ITypeDescriptorContext context, Type sourceType) => sourceType == typeof(string);

        public override object ConvertFrom(ITypeDescriptorContext context, CultureInfo culture, object value) =>
            value is string name ? HostSelection.FromName(name) : base.ConvertFrom(context, culture, value);
    }
}
