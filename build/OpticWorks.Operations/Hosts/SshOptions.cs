using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Hosts;

/// <summary>How hosts are connected to; the same for all hosts of an environment.</summary>
/// <param name="Client">The OpenSSH client; it honours ~/.ssh/config, agents and ProxyJump.</param>
/// <param name="KnownHosts">The environment's known_hosts. Host keys are always checked against it.</param>
/// <param name="IdentityFile">Private key; null: what the client finds by itself.</param>
/// <param name="ControlDirectory">Private folder (0700) for the sockets of shared connections; its path must stay short,
/// a socket's path has at most 107 bytes.</param>
public sealed record SshOptions(Tool Client, string KnownHosts, string? IdentityFile, string ControlDirectory)
{
    /// <summary>The longest wait for a connection.</summary>
    public TimeSpan ConnectLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a shared connection outlives its last command.</summary>
    public TimeSpan KeepConnection { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The client's options as words.</summary>
    public IReadOnlyList<string> Words(string user, int port)
    {
        List<string> words =
        [
            "-o", "BatchMode=yes",
            "-o", "StrictHostKeyChecking=yes",
            "-o", $"UserKnownHostsFile={Escape(KnownHosts)}",
            "-o", "GlobalKnownHostsFile=/dev/null",
            "-o", "UpdateHostKeys=no",
            "-o", $"ConnectTimeout={Math.Max(1, (int)ConnectLimit.TotalSeconds)}",
            "-o", "ServerAliveInterval=5",
            "-o", "ServerAliveCountMax=3",
            "-o", "LogLevel=ERROR",
            "-o", "ControlMaster=auto",
            "-o", $"ControlPath={Escape(ControlDirectory)}/%C",
            "-o", $"ControlPersist={(int)KeepConnection.TotalSeconds}",
            "-l", user,
        ];
        if (port != 22)
            words.AddRange(["-p", port.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        if (IdentityFile is not null)
            words.AddRange(["-i", IdentityFile, "-o", "IdentitiesOnly=yes"]);
        return words;
    }

    /// <summary>ssh expands % in these values and splits them at spaces.</summary>
    private static string Escape(string path) => $"\"{path.Replace("%", "%%").Replace("\"", "\\\"")}\"";

    /// <summary>A folder of this user for connection sockets, short enough for a socket's path.</summary>
    /// <exception cref="OperationException">What bears its name is somebody else's.</exception>
    public static string DefaultControlDirectory()
    {
        var parent = System.Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        if (string.IsNullOrEmpty(parent) || parent.Length > 40 || !Directory.Exists(parent))
            parent = System.Environment.IsPrivilegedProcess && Directory.Exists("/run") ? "/run" : "/tmp";
        var folder = Path.Combine(parent, $"ow-ssh-{System.Environment.UserName}");
        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        try
        {
            // In /tmp anybody can have made it before. Only its owner may set the mode, or root, whose folder is not in /tmp.
            Directory.CreateDirectory(folder, Private);
            if (new DirectoryInfo(folder).LinkTarget is null)
            {
                File.SetUnixFileMode(folder, Private);
                return folder;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Told below.
        }

        throw OperationException.Configuration($"The folder for SSH connections, {folder}, is not this user's own", "remove it, or set XDG_RUNTIME_DIR to a folder of yours");
    }
}
