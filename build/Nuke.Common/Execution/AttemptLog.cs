using System.Security.Cryptography;
using System.Text;
using Nuke.Common.IO;
using Nuke.Common.ValueInjection;
using Serilog;

namespace Nuke.Common.Execution;

/// <summary>
/// Remembers which targets of this invocation have succeeded, so that <c>--continue</c> can leave them out: a digest of the arguments
/// in the first line, then one name a line.
/// </summary>
internal sealed class AttemptLog
{
    private readonly AbsolutePath _file;

    private AttemptLog(AbsolutePath file, IReadOnlyCollection<string> succeeded)
    {
        _file = file;
        Succeeded = succeeded;
    }

    /// <summary>What an earlier attempt has done; empty for a fresh run.</summary>
    public IReadOnlyCollection<string> Succeeded { get; }

    public static AttemptLog Open(NukeBuild build)
    {
        var file = NukeBuild.TemporaryDirectory / "build-attempt.log";
        var digest = DigestOf(Invocation.Current.CommandLine);
        if (build.Continue && file.FileExists())
        {
            var lines = File.ReadAllLines(file);
            if (lines is [var first, .. var succeeded] && first == digest)
                return new AttemptLog(file, succeeded);
            Log.Warning("Build invocation changed. Restarting ...");
        }

        File.WriteAllText(file, digest + "\n");
        return new AttemptLog(file, []);
    }

    public void Add(ExecutableTarget target) => File.AppendAllText(_file, target.Name + "\n");

    private static string DigestOf(CommandLine commandLine)
    {
        var arguments = commandLine.Arguments.Where(argument => !ParameterName.AreEqual(argument, nameof(NukeBuild.Continue)));
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', arguments))));
    }
}
