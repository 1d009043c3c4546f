using System.Net;
using System.Text.Json;

namespace OpticWorks.Operations.Toolchain;

/// <summary>Turns whatever stopped an installation into the one error that people see.</summary>
internal static class InstallFailure
{
    private const int NoSpace = 28;
    private const int Quota = 122;
    private const int ReadOnlyFileSystem = 30;

    public static bool IsDiskFull(IOException e) => (e.HResult & 0xffff) is NoSpace or Quota or 112;

    public static bool IsReadOnly(IOException e) => (e.HResult & 0xffff) is ReadOnlyFileSystem;

    /// <summary>An exception that <see cref="Of"/> explains; others are defects and are left alone.</summary>
    public static bool Explains(Exception e) =>
        e is IOException or UnauthorizedAccessException or HttpRequestException or TimeoutException
            or ChecksumException or InstallException or JsonException or InvalidDataException or OperationException;

    public static OperationException Of(Pin pin, string root, Exception cause)
    {
        var (why, remedy) = cause switch
        {
            OperationException e => (e.Message, e.Next),
            ChecksumException => ("the download is not the pinned file", "check the registry or mirror of this machine; nothing of the download was used"),
            IOException e when IsDiskFull(e) => ("the disk is full", "free space there, or set OPTICWORKS_CACHE to another folder"),
            IOException e when IsReadOnly(e) => ("the cache folder is read-only", "set OPTICWORKS_CACHE to a folder that can be written"),
            UnauthorizedAccessException => ("the cache folder cannot be written", "give this user the folder, or set OPTICWORKS_CACHE to another one"),
            HttpRequestException { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } =>
                ("the npm registry wants credentials", "set npm_config_registry to a registry that can be read without"),
            HttpRequestException { StatusCode: HttpStatusCode.NotFound } => ("the npm registry does not have it", null),
            HttpRequestException or TimeoutException =>
                ("the npm registry cannot be reached", "check the network, the proxy and the registry of this machine (npm_config_registry)"),
            InstallException e => (e.Message, "check the network and the package sources of this machine (apt, npm registry)"),
            _ => (cause.Message, null),
        };
        return new OperationException($"{pin.Name} could not be installed: {why}", ExitCodes.Configuration, cause)
        {
            Where = root,
            Seen = cause switch
            {
                OperationException e => e.Seen ?? e.Where,
                InstallException e => e.Seen,
                _ => cause.InnerException is { } inner ? $"{cause.Message} ({inner.Message})" : cause.Message,
            },
            Next = remedy is null ? pin.ByHand : $"{remedy}; or {pin.ByHand}",
        };
    }

    /// <summary>The refusal before an installation that would fill the disk; null when there is room.</summary>
    public static OperationException? NoRoom(string name, int neededMebibytes, long freeBytes, string root)
    {
        var free = freeBytes / (1024 * 1024);
        return free >= neededMebibytes
            ? null
            : OperationException.Configuration($"{name} needs {neededMebibytes} MiB to be installed and {free} MiB are free",
                next: "free space there, or set OPTICWORKS_CACHE to another folder", where: root);
    }
}
