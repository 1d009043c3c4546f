using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace OpticWorks.Operations.Rehearsal;

/// <summary>
/// The names and addresses of one local environment, derived from its folder, so that two checkouts never meet and that
/// what a killed run left behind can be found without any file.
/// </summary>
/// <param name="Id">6 hexadecimal digits of the SHA-256 of the folder's absolute path.</param>
/// <param name="Subnet">The first three parts of its /24, for example "10.97.14".</param>
public sealed record LocalNetwork(string Id, string Subnet)
{
    /// <summary>The longest name that Linux allows for a network interface (IFNAMSIZ less the closing NUL).</summary>
    public const int LongestInterfaceName = 15;

    /// <summary>Bridge and group of control groups; the prefix of every other name.</summary>
    public string Bridge => Prefix(Id);

    /// <summary>The host's own address on the bridge.</summary>
    public string Gateway => $"{Subnet}.1";

    public string Cidr => $"{Subnet}.0/24";

    public string Address(MachineSpec machine) => $"{Subnet}.{machine.Octet}";

    /// <summary>Network namespace, overlay mount and nspawn name of a machine.</summary>
    public string Unit(string machine) => $"{Bridge}-{machine}";

    /// <summary>The bridge's end of a machine's cable.</summary>
    public string Link(MachineSpec machine) => $"{Bridge}-{machine.Octet}";

    public static string Prefix(string id) => $"ow-{id}";

    public static string IdOf(string folder) => Convert.ToHexStringLower(Hash(folder))[..6];

    /// <summary>The first free subnet of those that the folder's hash proposes.</summary>
    /// <param name="folder">Absolute.</param>
    /// <param name="occupied">Networks that this computer already reaches, its default route left out.</param>
    /// <exception cref="OperationException">All proposals are taken (exit 2).</exception>
    public static LocalNetwork Choose(string folder, IReadOnlyCollection<IPNetwork> occupied)
    {
        var id = IdOf(folder);
        foreach (var subnet in Proposals(folder))
        {
            if (!occupied.Any(network => Overlap(network, IPNetwork.Parse($"{subnet}.0/24"))))
                return new LocalNetwork(id, subnet);
        }

        throw OperationException.Configuration(
            "No free 10.x.y.0/24 network for the local environment: routes of this computer overlap every one that was tried.",
            where: folder, next: "leave the VPN that claims 10.0.0.0/8, or remove old bridges (ip link)");
    }

    /// <summary>All 16384 subnets from 10.64.0 to 10.127.255, each once, in an order that depends on the folder.</summary>
    public static IEnumerable<string> Proposals(string folder)
    {
        var hash = Hash(folder);
        var start = (hash[8] << 8 | hash[9]) & 0x3fff;
        // An odd step visits every number of a power of two once, and folders that start equal part at the second step.
        var step = (hash[10] << 8 | hash[11]) & 0x3fff | 1;
        for (var i = 0; i < 0x4000; i++)
        {
            var number = start + i * step & 0x3fff;
            yield return $"10.{64 + (number >> 8)}.{number & 0xff}";
        }
    }

    internal static bool Overlap(IPNetwork one, IPNetwork other) =>
        one.Contains(other.BaseAddress) || other.Contains(one.BaseAddress);

    private static byte[] Hash(string folder) => SHA256.HashData(Encoding.UTF8.GetBytes(Path.TrimEndingDirectorySeparator(folder)));
}
