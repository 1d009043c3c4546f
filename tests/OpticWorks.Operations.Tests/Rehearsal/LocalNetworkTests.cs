using System.Net;
using FsCheck;
using FsCheck.Fluent;
using OpticWorks.Operations.Rehearsal;

namespace OpticWorks.Operations.Tests.Rehearsal;

public sealed class LocalNetworkTests
{
    private static readonly Arbitrary<string> Folders =
        ArbMap.Default.ArbFor<NonEmptyString>().Convert(text => "/" + text.Get, folder => NonEmptyString.NewNonEmptyString(folder[1..]));

    private static readonly Arbitrary<MachineSpec> Specs = Arb.From(
        from length in Gen.Choose(1, 20)
        from letters in Gen.ArrayOf(Gen.Elements("abcxyz019".ToCharArray()), length)
        from octet in Gen.Choose(2, 254)
        select new MachineSpec(new string(letters), octet));

    [Fact]
    public void Every_interface_name_fits_the_kernel_and_begins_with_the_environments_prefix() =>
        Prop.ForAll(Folders, Specs, (folder, machine) =>
        {
            var network = LocalNetwork.Choose(folder, []);
            string[] interfaces = [network.Bridge, network.Link(machine)];
            return interfaces.All(name => name.Length <= LocalNetwork.LongestInterfaceName)
                && interfaces.Append(network.Unit(machine.Name)).All(name => name.StartsWith($"ow-{network.Id}", StringComparison.Ordinal))
                && network.Id.Length == 6;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_same_folder_always_gets_the_same_network_and_a_closing_slash_is_no_other_folder() =>
        Prop.ForAll(Folders, folder =>
        {
            var trimmed = Path.TrimEndingDirectorySeparator(folder);
            return LocalNetwork.Choose(folder, []) == LocalNetwork.Choose(trimmed, []);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_chosen_subnet_never_overlaps_an_occupied_one() =>
        Prop.ForAll(Folders, Arb.From(SomeNetworks()), (folder, occupied) =>
        {
            var chosen = IPNetwork.Parse(LocalNetwork.Choose(folder, occupied).Cidr);
            return occupied.All(network => !network.Contains(chosen.BaseAddress) && !chosen.Contains(network.BaseAddress));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_hundred_environments_on_one_computer_never_meet()
    {
        var occupied = new List<IPNetwork>();
        var names = new HashSet<string>();
        for (var i = 0; i < 100; i++)
        {
            var network = LocalNetwork.Choose($"/home/someone/checkout-{i}/.nuke/temp/local", occupied);
            occupied.ShouldNotContain(IPNetwork.Parse(network.Cidr));
            occupied.Add(IPNetwork.Parse(network.Cidr));
            names.Add(network.Bridge).ShouldBeTrue();
        }
    }

    [Fact]
    public void Every_subnet_is_proposed_once()
    {
        var proposals = LocalNetwork.Proposals("/a/folder").ToList();

        proposals.Distinct().Count().ShouldBe(64 * 256);
        proposals.ShouldAllBe(subnet => IPNetwork.Parse("10.64.0.0/10").Contains(IPAddress.Parse(subnet + ".1")));
    }

    [Fact]
    public void A_computer_that_routes_all_of_10_away_is_told_so()
    {
        var error = Should.Throw<OperationException>(() => LocalNetwork.Choose("/a", [IPNetwork.Parse("10.0.0.0/8")]));

        error.ExitCode.ShouldBe(ExitCodes.Configuration);
        error.Next!.ShouldContain("VPN");
    }

    [Fact]
    public void Addresses_follow_the_machines()
    {
        var network = new LocalNetwork("0a1b2c", "10.70.8");

        (network.Gateway, network.Address(MachineSpec.Store[0]), network.Link(MachineSpec.Store[3]), network.Unit("db"))
            .ShouldBe(("10.70.8.1", "10.70.8.10", "ow-0a1b2c-20", "ow-0a1b2c-db"));
    }

    [Fact]
    public void Routes_are_read_from_the_kernels_table_without_the_default_one()
    {
        const string Table =
            """
            Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
            eth0	00000000	010200C0	0003	0	0	0	00000000	0	0	0
            eth0	000200C0	00000000	0001	0	0	0	00FFFFFF	0	0	0
            tun0	0000600A	00000000	0001	0	0	0	0000F0FF	0	0	0
            ow-0a1b2c	0008460A	00000000	0001	0	0	0	00FFFFFF	0	0	0
            """;

        NetworkClaim.Routes(Table.Split('\n'), exceptInterface: "ow-0a1b2c")
            .ShouldBe([IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("10.96.0.0/12")]);
    }

    // At most 15 of at most a sixteenth of the range each: something is always left.
    private static Gen<IPNetwork[]> SomeNetworks() => Gen.Choose(0, 15).SelectMany(count => Gen.ArrayOf(OccupiedNetwork(), count));

    private static Gen<IPNetwork> OccupiedNetwork() =>
        from second in Gen.Choose(64, 127)
        from third in Gen.Choose(0, 255)
        from prefix in Gen.Choose(14, 30)
        select Masked((10u << 24) | ((uint)second << 16) | ((uint)third << 8), prefix);

    private static IPNetwork Masked(uint address, int prefix)
    {
        var masked = address & (uint.MaxValue << (32 - prefix));
        return new IPNetwork(new IPAddress([(byte)(masked >> 24), (byte)(masked >> 16), (byte)(masked >> 8), (byte)masked]), prefix);
    }
}
