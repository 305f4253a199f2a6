namespace StopKit.CodeFixes;

/// <summary>Declares the source with <c>using</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class UndisposedScopeFix() : StopKitFix(UndisposedScope.Id, "Declare it with 'using'")
{
    protected override Action<SyntaxEditor>? Plan(FileToFix file, SyntaxNode reported) => reported is InvocationExpressionSyntax made
        ? Disposal.Plan(
            file, made, made.Expression.ToString().EndsWith("Shield", StringComparison.Ordinal) ? "shield" : "linked", isAsync: false)
        : null;
}
