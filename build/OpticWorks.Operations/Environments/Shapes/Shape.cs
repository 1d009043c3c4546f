using System.Text.Json.Nodes;

namespace OpticWorks.Operations.Environments;

/// <summary>What may stand at one place of an environment file: checks it there, and describes it as JSON Schema.</summary>
internal abstract class Shape
{
    /// <summary>Adds every mistake at and below the place.</summary>
    public abstract void Check(JsonPlace place, Mistakes mistakes);

    /// <summary>The schema (draft 7) of the value alone, without description and default.</summary>
    public abstract JsonObject ToSchema();

    /// <summary>The shape of a property, from its type and its <see cref="SettingAttribute"/>.</summary>
    public static Shape Of(Type type, SettingAttribute setting)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain == typeof(bool))
            return new BooleanShape();
        if (plain == typeof(int))
        {
            return setting.Format == SettingFormat.Port
                ? NumberShape.Port
                : new NumberShape(setting.Minimum, setting.Maximum, whole: true);
        }

        if (plain == typeof(double))
            return new NumberShape(setting.Minimum, setting.Maximum, whole: false);
        if (plain.IsEnum)
            return new ChoiceShape(plain);
        if (plain == typeof(TimeSpan))
            return new TextShape(TextFormat.Of(SettingFormat.Duration));
        if (plain == typeof(SecretReference))
            return new SecretShape(setting.PublicText);
        if (plain == typeof(string) || plain == typeof(Uri))
            return new TextShape(TextFormat.Of(setting.Format));
        if (plain.IsGenericType && plain.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            return new ListShape(Of(plain.GenericTypeArguments[0], setting), setting.MinimumItems, setting.Unique);
        if (plain.IsGenericType && plain.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
            return new MapShape(TextFormat.Of(setting.Keys), Of(plain.GenericTypeArguments[1], setting));
        return ObjectShape.Of(plain);
    }
}
