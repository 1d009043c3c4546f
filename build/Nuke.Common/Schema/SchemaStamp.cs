using System.Globalization;
using Nuke.Common.Execution;
using Nuke.Common.IO;

namespace Nuke.Common.Schema;

/// <summary>Tells whether the schema must be made anew: it depends on the compiled build, its components, and what its value providers say.</summary>
internal static class SchemaStamp
{
    private static AbsolutePath StampFile => Invocation.Current.TemporaryDirectory / "build.schema.stamp";

    public static bool IsCurrent(NukeBuild build, AbsolutePath schema) =>
        schema.FileExists() && StampFile.FileExists() && StampFile.ReadAllText() == Of(build, schema);

    public static void Keep(NukeBuild build, AbsolutePath schema) => StampFile.WriteAllText(Of(build, schema), eofLineBreak: false);

    private static string Of(NukeBuild build, AbsolutePath schema)
    {
        var modules = build.GetType().GetInterfaces()
            .Append(build.GetType())
            .Append(typeof(NukeBuild))
            .Select(type => type.Module.ModuleVersionId)
            .Distinct()
            .Order();
        var proposals = build.Injection.Parameters
            .Where(parameter => parameter.Attribute.ValueProviderMember != null)
            .SelectMany(parameter => parameter.Attribute.GetValueSet(parameter.Member, build))
            .Select(value => value.Text);
        var length = schema.ToFileInfo().Length.ToString(CultureInfo.InvariantCulture);
        return string.Join('\n', [build.GetType().FullName, .. modules.Select(module => module.ToString()), .. proposals, length]);
    }
}
