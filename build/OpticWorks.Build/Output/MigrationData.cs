using OpticWorks.Operations.Database.Migrations;

namespace OpticWorks.Build.Output;

/// <summary>Pending migrations in the JSON document.</summary>
internal static class MigrationData
{
    public static IReadOnlyList<object> Of(MigrationReview review) =>
    [
        .. review.Pending.Select(one => new
        {
            one.Module,
            one.Migration.Name,
            Phase = one.Class.Phase.ToString().ToLowerInvariant(),
            one.Class.Reasons,
            Sql = one.Migration.Up?.Sql ?? [],
            DataDependent = one.Migration.Up?.DataDependent ?? true,
            Reversible = one.Migration.Down is not null,
            Findings = one.Findings.Select(finding => new
            {
                finding.Rule,
                Concern = finding.Concern.ToString().ToLowerInvariant(),
                finding.Warning,
                finding.Statement,
                finding.Table,
                finding.Size?.Rows,
                finding.Size?.Bytes,
                finding.Lock,
                finding.Why,
                finding.SafeWay,
                finding.Accepted,
            }).ToArray(),
        }),
    ];
}
