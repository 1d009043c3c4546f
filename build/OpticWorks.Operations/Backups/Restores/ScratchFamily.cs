namespace OpticWorks.Operations.Backups.Restores;

/// <summary>Names of databases that only this suite gives: a neighbour's that begins alike ("shop_new_york" beside "shop") is none of them.</summary>
/// <param name="Prefix">Read as it stands.</param>
/// <param name="Rest">A regular expression of what follows it, to the name's end.</param>
internal sealed record ScratchFamily(string Prefix, string Rest);
