using System.Collections;
using System.Reflection;
using Nuke.Common.Execution;

namespace Nuke.Common.ValueInjection;

/// <summary>The proposed values of a parameter: of its provider, or of its type.</summary>
internal static class ValueSet
{
    public static IEnumerable<(string Text, object Object)> Of(Parameter parameter, object instance)
    {
        if (parameter.Attribute.ValueProviderMember is { } provider)
            return OfProvider(parameter, provider, instance);
        var type = CollectionType.ElementOf(parameter.Type) ?? parameter.Type;
        var names = ValueConverter.Names(type);
        return names.Count == 0 ? null : names.Select(name => (name, ValueConverter.Single(name, type, baseDirectory: null)));
    }

    private static IEnumerable<(string Text, object Object)> OfProvider(Parameter parameter, string provider, object instance)
    {
        const BindingFlags any =
            BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.FlattenHierarchy;
        var type = parameter.Attribute.ValueProviderType
            ?? (parameter.Member.DeclaringType.IsInterface ? parameter.Member.DeclaringType : instance.GetType());
        var values = type.GetMember(provider, any).FirstOrDefault() switch
        {
            FieldInfo field => field.GetValue(instance),
            PropertyInfo property => property.GetValue(instance),
            MethodInfo method => method.Invoke(instance, null),
            _ => throw new BuildRefusal($"'{parameter.Name}' takes its values from '{type.Name}.{provider}', which does not exist")
        };

        return values switch
        {
            IDictionary entries => entries.Keys.Cast<object>().Select(key => (key.ToString(), entries[key])),
            IEnumerable elements => elements.Cast<object>().Select(element => (element.ToString(), element)),
            _ => throw new BuildRefusal($"'{type.Name}.{provider}' is no list of values")
        };
    }
}
