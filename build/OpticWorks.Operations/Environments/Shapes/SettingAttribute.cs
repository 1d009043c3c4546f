namespace OpticWorks.Operations.Environments;

/// <summary>Says what a property of the environment file means and which values it takes. The one place for both: the JSON Schema,
/// the check of a file and the text of its mistakes are made from it and from the property's type, default and <c>required</c>.</summary>
/// <param name="description">A phrase that completes "missing; …", without a full stop.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SettingAttribute(string description, SettingFormat format = SettingFormat.ByType) : Attribute
{
    public string Description { get; } = description;

    /// <summary>The format of the value; of each item of a list and each value of a map.</summary>
    public SettingFormat Format { get; } = format;

    /// <summary>The format of a map's keys.</summary>
    public SettingFormat Keys { get; init; } = SettingFormat.ByType;

    public string? Example { get; init; }

    /// <summary>The name that the example of a map goes by.</summary>
    public string? ExampleKey { get; init; }

    /// <summary>The least number, included.</summary>
    public double Minimum { get; init; }

    /// <summary>The greatest number, included.</summary>
    public double Maximum { get; init; }

    public int MinimumItems { get; init; }

    /// <summary>No item of the list appears twice.</summary>
    public bool Unique { get; init; }

    /// <summary>An Ansible inventory gives it instead, where one is named.</summary>
    public bool FromInventory { get; init; }

    /// <summary>Where a secret reference is wanted, <c>text:VALUE</c> is taken as well.</summary>
    public bool PublicText { get; init; }
}
