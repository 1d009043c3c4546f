namespace OpticWorks.Operations.Rehearsal;

/// <summary>A machine of the local environment.</summary>
/// <param name="Name">Host name: letters, digits and hyphens, at most 20.</param>
/// <param name="Octet">Last part of its address in the environment's /24, 2 to 254.</param>
public sealed record MachineSpec(string Name, int Octet)
{
    /// <summary>What a store needs at the least: balancer, two backend hosts, database.</summary>
    public static IReadOnlyList<MachineSpec> Store { get; } =
        [new("lb", 10), new("api-1", 11), new("api-2", 12), new("db", 20)];

    /// <summary>Refuses a list that could not be up at once.</summary>
    /// <exception cref="ArgumentException">Says which machine and why.</exception>
    public static void Validate(IReadOnlyList<MachineSpec> machines)
    {
        foreach (var (name, octet) in machines)
        {
            if (name.Length is 0 or > 20 || name[0] == '-' || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
                throw new ArgumentException($"\"{name}\" is not a machine's name: lower-case letters, digits and hyphens, at most 20.", nameof(machines));
            if (octet is < 2 or > 254)
                throw new ArgumentException($"{name}: {octet} is not the last part of a machine's address (2 to 254).", nameof(machines));
            if (machines.Count(other => other.Name == name || other.Octet == octet) > 1)
                throw new ArgumentException($"{name} ({octet}) shares its name or address with another machine.", nameof(machines));
        }
    }
}
