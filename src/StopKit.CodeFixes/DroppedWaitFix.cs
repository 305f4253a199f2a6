namespace StopKit.CodeFixes;

/// <summary>Ends the function when the wait was ended by the stop.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class DroppedWaitFix() : StopKitFix(DroppedWait.Id, "End at the stop")
{
    protected override Action<SyntaxEditor>? Plan(FileToFix file, SyntaxNode reported)
    {
        if (file.OperationOf(reported) is not IInvocationOperation wait
            || reported.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { } statement
            || file.ReturnOf(wait) is not { } end)
        {
            return null;
        }

        return editor => editor.ReplaceNode(statement, (now, _) =>
        {
            var answer = ((ExpressionStatementSyntax)now).Expression is AssignmentExpressionSyntax assignment
                ? assignment.Right
                : ((ExpressionStatementSyntax)now).Expression;
            if (wait.Type is { TypeKind: TypeKind.Enum })
                answer = SyntaxFactory.BinaryExpression(
                    SyntaxKind.EqualsExpression, answer, Code.Static("global::StopKit.StopWaitResult", "StopRequested"));
            // The "if" begins where the wait did, and what stood behind the wait stands behind its end.
            return SyntaxFactory.IfStatement(answer.WithoutTrivia(), end.WithTrailingTrivia(now.GetTrailingTrivia()))
                .WithLeadingTrivia(now.GetLeadingTrivia()).Formatted();
        });
    }
}
