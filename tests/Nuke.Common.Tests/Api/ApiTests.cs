using System.ComponentModel;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Nuke.Common.Tests.Api;

/// <summary>A build that compiles against this engine must compile against NUKE 10.1.0: nothing public is of our own.</summary>
public sealed partial class ApiTests
{
    private const BindingFlags AllMembers =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy;

    private static readonly RecordedApi Recorded = RecordedApi.Read();

    private static readonly IReadOnlyList<Type> Exported =
    [
        .. typeof(NukeBuild).Assembly.GetExportedTypes().Where(type => !typeof(TypeConverter).IsAssignableFrom(type))
    ];

    [Fact]
    public void Every_public_type_exists_in_NUKE() =>
        Exported.Where(type => Recorded.MembersOf(NameOf(type)) == null && !Recorded.Text.Contains($"{type.Name.Split('`')[0]}<"))
            .Select(NameOf)
            .ShouldBeEmpty();

    [Fact]
    public void Every_public_member_exists_in_NUKE()
    {
        var own = from type in Exported
                  let recorded = Recorded.MembersOf(NameOf(type)) ?? new HashSet<string>()
                  from member in PublicSurface.MembersOf(type)
                  where !IsRecorded(recorded, member)
                  select $"{NameOf(type)}: {member}";
        own.ShouldBeEmpty();
    }

    [Fact]
    public void The_comparison_sees_both_sides()
    {
        Recorded.MembersOf("Nuke.Common.NukeBuild").ShouldContain("IReadOnlyCollection<ExecutableTarget> ExecutionPlan get set");
        Recorded.MembersOf("Nuke.Common.ControlFlow").ShouldContain("T SuppressErrors<T>(Func<T>, T, bool, bool)");
        PublicSurface.MembersOf(typeof(NukeBuild)).ShouldContain("int Execute<T>(Expression<Func<T, Target>>[])");
        PublicSurface.MembersOf(typeof(TestRunSurface)).ShouldBe(["int Own(string)"]);
    }

    [Fact]
    public void What_is_missing_is_named_in_the_readme()
    {
        var readme = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "engine-readme.md"));
        var ours = Exported.ToDictionary(NameOf);
        var missingTypes = Recorded.Types.Where(type => !ours.ContainsKey(type)).Select(type => type[(type.LastIndexOf('.') + 1)..]);
        var missingMembers = from type in ours.Where(type => !typeof(Delegate).IsAssignableFrom(type.Value))
                             from member in Recorded.MembersOf(type.Key) ?? new HashSet<string>()
                             let name = MemberName().Match(member).Groups["name"].Value
                             where name.Length > 0 && name != type.Value.Name && !member.Contains("operator") && type.Value.GetMember(name, AllMembers).Length == 0
                             select name;
        missingTypes.Concat(missingMembers).Where(name => !readme.Contains($"`{name}`")).Distinct().ShouldBeEmpty();
    }

    private static bool IsRecorded(IReadOnlySet<string> recorded, string member) =>
        recorded.Contains(member) || (member.EndsWith(" get", StringComparison.Ordinal) && recorded.Contains($"{member} set"));

    private static string NameOf(Type type) => $"{type.Namespace}.{CSharpName.Of(type)}";

    [GeneratedRegex(@" (?<name>\w+)(<[\w, ]+>)?(\(| get| set|$)")]
    private static partial Regex MemberName();

    private abstract class TestRunSurface
    {
        public int Own(string text) => text.Length;

        internal int Hidden() => 0;

        private int Private() => Hidden();
    }
}
