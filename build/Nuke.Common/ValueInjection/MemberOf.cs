using System.Linq.Expressions;
using System.Reflection;
using Nuke.Common.Execution;

namespace Nuke.Common.ValueInjection;

/// <summary>Reads members out of lambda expressions, and values out of members.</summary>
internal static class MemberOf
{
    /// <summary>The field or property the lambda returns; it is not invoked.</summary>
    public static MemberInfo Expression(LambdaExpression expression) =>
        OrNull(expression) ?? throw new BuildRefusal($"'{expression.Body}' is not a field or property of the build");

    public static PropertyInfo Property(LambdaExpression expression) =>
        Expression(expression) as PropertyInfo ?? throw new BuildRefusal($"'{expression.Body}' is not a property");

    /// <summary>As <see cref="Expression"/>; null when the lambda is something else than a member of the build.</summary>
    public static MemberInfo OrNull(LambdaExpression expression) =>
        WithoutConversion(expression.Body) is MemberExpression { Expression: var owner, Member: var member }
        && (owner == null || IsBuild(WithoutConversion(owner)))
            ? member
            : null;

    public static Type ValueType(MemberInfo member) => member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;

    public static object Value(MemberInfo member, object instance) =>
        member is FieldInfo field ? field.GetValue(instance) : ((PropertyInfo)member).GetValue(instance);

    /// <summary>The instance itself, or an expression for it: a captured <c>this</c>, a cast to a component.</summary>
    private static bool IsBuild(Expression owner) =>
        owner is ConstantExpression or ParameterExpression || typeof(INukeBuild).IsAssignableFrom(owner.Type);

    private static Expression WithoutConversion(Expression expression) =>
        expression is UnaryExpression { NodeType: ExpressionType.Convert } conversion ? WithoutConversion(conversion.Operand) : expression;
}
