namespace StopKit.CodeFixes;

/// <summary>Throws an <c>ExitException</c> with the same code instead of calling <c>Environment.Exit</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class ExitInsideWorkerFix() : StopKitFix(ExitInsideWorker.Id, "Throw an ExitException")
{
    protected override Action<SyntaxEditor>? Plan(FileToFix file, SyntaxNode reported)
    {
        if (reported is not InvocationExpressionSyntax call)
            return null;
        var exception = Code.New("global::StopKit.ExitException", call.ArgumentList);
        switch (call.Parent)
        {
            case ExpressionStatementSyntax statement:
                return editor =>
                {
                    editor.ReplaceNode(
                        statement, SyntaxFactory.ThrowStatement(Code.Spaced(exception)).WithTriviaFrom(statement).Formatted());
                    if (JumpAfter(statement) is { } jump)
                        editor.RemoveNode(jump, SyntaxRemoveOptions.KeepExteriorTrivia); // a warning would call it unreachable
                };
            case ArrowExpressionClauseSyntax or LambdaExpressionSyntax:
                return editor => editor.ReplaceNode(
                    call, SyntaxFactory.ThrowExpression(Code.Spaced(exception)).WithTriviaFrom(call).Formatted());
            default:
                return null;
        }
    }

    private static StatementSyntax? JumpAfter(StatementSyntax statement)
    {
        var statements = statement.Parent switch
        {
            BlockSyntax block => block.Statements,
            SwitchSectionSyntax section => section.Statements,
            _ => default,
        };
        var next = statements.IndexOf(statement) + 1;
        return next > 0 && next < statements.Count
            && statements[next] is ReturnStatementSyntax or BreakStatementSyntax or ContinueStatementSyntax
            ? statements[next]
            : null;
    }
}
