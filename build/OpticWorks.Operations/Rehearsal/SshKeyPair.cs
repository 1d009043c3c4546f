using OpticWorks.Operations.Processes;

namespace OpticWorks.Operations.Rehearsal;

/// <summary>An Ed25519 key pair in OpenSSH's files: PATH (0600) and PATH.pub.</summary>
internal static class SshKeyPair
{
    /// <summary>Makes it unless both files are there.</summary>
    /// <returns>The public key: its type and base64, without the comment.</returns>
    public static async Task<string> EnsureAsync(string sshKeygen, string path, string comment, CancellationToken cancellationToken)
    {
        var publicFile = path + ".pub";
        if (!File.Exists(path) || !File.Exists(publicFile))
        {
            // ssh-keygen writes the private key first; a run that was killed between the two begins again.
            File.Delete(path);
            File.Delete(publicFile);
            var made = await LocalProcess.RunAsync(
                new LocalCommand(sshKeygen, "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", path),
                cancellationToken: cancellationToken).ConfigureAwait(false);
            made.OrFail("ssh-keygen made no key", ExitCodes.Configuration);
        }

        var words = (await File.ReadAllTextAsync(publicFile, cancellationToken).ConfigureAwait(false)).Split(' ');
        return $"{words[0]} {words[1].TrimEnd()}";
    }
}
