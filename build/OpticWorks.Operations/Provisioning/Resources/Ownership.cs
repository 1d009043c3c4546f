namespace OpticWorks.Operations.Provisioning;

/// <summary>Owner, group and permissions.</summary>
internal static class Ownership
{
    /// <summary>"mode 0755 → 0750", or null when nothing differs.</summary>
    public static string? Difference(PathState found, string owner, string group, string mode)
    {
        List<string> parts = [];
        if (found.Owner != owner || found.Group != group)
            parts.Add($"owner {found.Owner}:{found.Group} → {owner}:{group}");
        if (found.Mode.TrimStart('0') != mode.TrimStart('0'))
            parts.Add($"mode {found.Mode.PadLeft(4, '0')} → {mode}");
        return parts.Count == 0 ? null : string.Join(", ", parts);
    }
}
