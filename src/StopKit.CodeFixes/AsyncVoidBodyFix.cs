namespace StopKit.CodeFixes;

/// <summary>
/// Calls the method that takes a <c>Func&lt;…, Task&gt;</c>. A callback of a stop has none, so there is no fix for it.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class AsyncVoidBodyFix() : StopKitFix(AsyncVoidBody.Id, "Start it as tasks")
{
    protected override Action<SyntaxEditor>? Plan(FileToFix file, SyntaxNode reported)
    {
        if (reported.FirstAncestorOrSelf<ArgumentSyntax>() is not
            { Parent.Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } call }
            || file.OperationOf(call) is not IInvocationOperation operation)
        {
            return null;
        }

        switch (operation.TargetMethod.ContainingType.Name + "." + operation.TargetMethod.Name)
        {
            case "ThreadWorker.Start" when !IsKeptAsThreadWorker(call):
                return Rename(
                    access.Expression is MemberAccessExpressionSyntax qualified ? qualified.Name : access.Expression,
                    "AsyncWorker");
            case "Worker.OnThread":
                return Rename(access.Name, "OnTasks");
            case "StopApp.Run" when CanAwait(file, operation):
                return editor => editor.ReplaceNode(call, (now, _) => Awaited((InvocationExpressionSyntax)now));
            default:
                return null;
        }
    }

    private static Action<SyntaxEditor> Rename(SyntaxNode old, string name) =>
        editor => editor.ReplaceNode(old, SyntaxFactory.IdentifierName(name).WithTriviaFrom(old));

    // The declared type would no longer fit.
    private static bool IsKeptAsThreadWorker(InvocationExpressionSyntax call) =>
        !(call.Parent is ExpressionStatementSyntax
            or EqualsValueClauseSyntax { Parent.Parent: VariableDeclarationSyntax { Type.IsVar: true } }
            or AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: "_" } });

    private static bool CanAwait(FileToFix file, IOperation operation) =>
        file.FunctionAround(operation).Symbol is { } function
        && (function.IsAsync || function.Name == WellKnownMemberNames.TopLevelStatementsEntryPointMethodName);

    private static ExpressionSyntax Awaited(InvocationExpressionSyntax call)
    {
        var access = (MemberAccessExpressionSyntax)call.Expression;
        var awaited = SyntaxFactory.AwaitExpression(
            call.WithExpression(access.WithName(SyntaxFactory.IdentifierName("RunAsync"))).WithoutLeadingTrivia());
        var isStatement = call.Parent is ExpressionStatementSyntax or ReturnStatementSyntax
            or EqualsValueClauseSyntax or ArrowExpressionClauseSyntax;
        return isStatement
            ? awaited.WithLeadingTrivia(call.GetLeadingTrivia()).Formatted()
            : SyntaxFactory.ParenthesizedExpression(awaited).WithLeadingTrivia(call.GetLeadingTrivia()).Formatted();
    }
}
