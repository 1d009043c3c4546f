using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json;

namespace OpticWorks.Operations.Rehearsal;

/// <summary>The network of an environment as its state folder remembers it, and the networks that are taken on this computer.</summary>
internal static class NetworkClaim
{
    /// <param name="Folder">The state folder that claimed it; another one when the checkout was moved or copied since.</param>
    internal sealed record Stored(string Id, string Subnet, string Folder)
    {
        public LocalNetwork Network => new(Id, Subnet);
    }

    public static string PathIn(string state) => Path.Combine(state, "network.json");

    /// <summary>The network that the folder has claimed; null: none, or its file came from a folder elsewhere.</summary>
    public static LocalNetwork? Read(string state) =>
        ReadStored(state) is { } stored && stored.Id == LocalNetwork.IdOf(state) ? stored.Network : null;

    /// <summary>The file as it is, whoever wrote it.</summary>
    public static Stored? ReadStored(string state)
    {
        try
        {
            return JsonSerializer.Deserialize<Stored>(File.ReadAllText(PathIn(state)));
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The claimed network if it is still free for this environment, otherwise another one, which is remembered.</summary>
    public static LocalNetwork Claim(string state)
    {
        var occupied = Occupied(LocalNetwork.Prefix(LocalNetwork.IdOf(state)));
        var claimed = Read(state);
        if (claimed is not null && !occupied.Any(network => LocalNetwork.Overlap(network, IPNetwork.Parse(claimed.Cidr))))
            return claimed;
        var chosen = LocalNetwork.Choose(state, occupied);
        var temporary = PathIn(state) + ".new";
        File.WriteAllText(temporary, JsonSerializer.Serialize(new Stored(chosen.Id, chosen.Subnet, state)));
        File.Move(temporary, PathIn(state), overwrite: true);
        return chosen;
    }

    /// <summary>What this computer reaches by an interface or a route, its default route and one bridge left out.</summary>
    public static IReadOnlyCollection<IPNetwork> Occupied(string exceptInterface)
    {
        var interfaces = NetworkInterface.GetAllNetworkInterfaces()
            .Where(each => each.Name != exceptInterface)
            .SelectMany(each => each.GetIPProperties().UnicastAddresses)
            .Where(each => each.Address.AddressFamily == AddressFamily.InterNetwork)
            .Select(each => Network(each.Address, each.PrefixLength));
        return [.. interfaces, .. Routes(File.ReadLines("/proc/net/route"), exceptInterface)];
    }

    /// <summary>Networks of /proc/net/route: interface, destination and gateway, and in the eighth column the mask, as hexadecimal
    /// numbers in this computer's byte order.</summary>
    public static IEnumerable<IPNetwork> Routes(IEnumerable<string> lines, string exceptInterface)
    {
        foreach (var line in lines.Skip(1))
        {
            var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 8 || words[0] == exceptInterface)
                continue;
            var mask = uint.Parse(words[7], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var prefix = System.Numerics.BitOperations.PopCount(mask);
            if (prefix > 0)
                yield return Network(new IPAddress(uint.Parse(words[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture)), prefix);
        }
    }

    private static IPNetwork Network(IPAddress address, int prefix)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = prefix; bit < 32; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> bit % 8);
        return new IPNetwork(new IPAddress(bytes), prefix);
    }
}
