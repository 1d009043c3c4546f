using OpticWorks.Operations.Backups.Frames;

namespace OpticWorks.Operations.Backups.Restores;

/// <summary>A backup's bytes are not those that were written (exit 4).</summary>
internal sealed class DamagedBackupException : OperationException
{
    public DamagedBackupException(string id, IReadOnlyList<Damage> damages, string place)
        : base($"The backup {id} is damaged", ExitCodes.PreflightRefused)
    {
        Where = place;
        Seen = string.Join('\n', damages.Take(20)) + (damages.Count > 20 ? $"\nand {damages.Count - 20} more places" : "");
        Next = "./build.sh ListBackups --environment … shows others";
    }
}
