using System.Reflection;
using System.Text.Json.Nodes;
using Nuke.Common.Execution;
using Nuke.Common.Tooling;
using Nuke.Common.ValueInjection;

namespace Nuke.Common.Schema;

/// <summary>The JSON schema (draft 4) of the parameter files: the build's own parameters, and the engine's.</summary>
internal static class BuildSchema
{
    public const string SecretText = "Secrets must be entered via 'nuke :secrets [profile]'";

    public static JsonObject Of(NukeBuild build)
    {
        var definitions = new JsonObject();
        var properties = new JsonObject();
        foreach (var parameter in build.Injection.Parameters.OrderBy(parameter => parameter.Name, StringComparer.OrdinalIgnoreCase))
            properties[parameter.Name] = Property(parameter, build, definitions);

        definitions[nameof(Host)] = Names(HostSelection.Names);
        definitions[nameof(ExecutableTarget)] = Names(build.ExecutableTargets.Select(target => target.Name).Order(StringComparer.OrdinalIgnoreCase));
        definitions[nameof(Verbosity)] = Described(Names(Enum.GetNames<Verbosity>()));
        definitions[nameof(NukeBuild)] = new JsonObject { ["properties"] = OfEngine() };

        return new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-04/schema#",
            ["definitions"] = definitions,
            ["allOf"] = new JsonArray(
                new JsonObject { ["properties"] = properties },
                Reference(nameof(NukeBuild)))
        };
    }

    private static JsonObject Property(Parameter parameter, NukeBuild build, JsonObject definitions)
    {
        var proposals = parameter.Attribute.GetValueSet(parameter.Member, build)?.Select(value => value.Text).ToList();
        var isEnumeration = typeof(Enumeration).IsAssignableFrom(CollectionType.ElementOf(parameter.Type) ?? parameter.Type);
        var isClosed = proposals != null && (isEnumeration || parameter.Attribute.ValueProviderMember != null);
        var property = isClosed
            ? SchemaType.OfNames(parameter.Type, proposals)
            : SchemaType.Of(parameter.Type, definitions);
        Describe(property, parameter.Attribute.Description);
        if (parameter.IsSecret)
            property["default"] = SecretText;
        return property;
    }

    private static JsonObject OfEngine()
    {
        var properties = new JsonObject();
        var parameters = typeof(NukeBuild)
            .GetProperties(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public)
            .Where(property => property.IsDefined(typeof(ParameterAttribute)))
            .Select(property => new Parameter(property, property.GetCustomAttribute<ParameterAttribute>()))
            .OrderBy(parameter => parameter.Name, StringComparer.Ordinal);
        foreach (var parameter in parameters)
        {
            var property = parameter.Type switch
            {
                var type when type == typeof(Host) => Reference(nameof(Host)),
                var type when type == typeof(Verbosity) => Reference(nameof(Verbosity)),
                var type when type == typeof(IReadOnlyCollection<ExecutableTarget>) => SchemaType.ArrayOf(Reference(nameof(ExecutableTarget))),
                _ => SchemaType.Of(parameter.Type, [])
            };
            Describe(property, parameter.Attribute.Description);
            properties[parameter.Name] = property;
        }

        return properties;
    }

    private static void Describe(JsonObject property, string description)
    {
        if (string.IsNullOrEmpty(description))
            return;
        var position = property.ContainsKey("type") ? 1 : 0;
        property.Insert(position, "description", description.TrimEnd('.'));
    }

    private static JsonObject Names(IEnumerable<string> names) => new() { ["type"] = "string", ["enum"] = SchemaType.Array(names) };

    private static JsonObject Described(JsonObject definition)
    {
        definition.Insert(1, "description", string.Empty);
        return definition;
    }

    private static JsonObject Reference(string definition) => new() { ["$ref"] = $"#/definitions/{definition}" };
}
