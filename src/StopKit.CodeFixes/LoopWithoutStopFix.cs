namespace StopKit.CodeFixes;

/// <summary>
/// Makes a loop look at its token: in its condition, or where the loop's end would be no way out of the function, by a
/// throw.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class LoopWithoutStopFix() : StopKitFix(LoopWithoutStop.Id, "Look at the token in the loop")
{
    protected override Action<SyntaxEditor>? Plan(FileToFix file, SyntaxNode reported)
    {
        if (file.OperationOf(reported) is not ILoopOperation loop
            || file.FunctionAround(loop).Parameter(file.Types.IsToken) is not { } token)
        {
            return null;
        }

        // Behind an endless loop the function needs no return and no value; behind any other it would.
        if (LoopWithoutStop.IsEndless(loop) && !file.ReturnsNothing(loop))
            return ThrowAtBegin(file, reported, token);
        return LookInCondition(file, reported, token);
    }

    private static Action<SyntaxEditor>? LookInCondition(FileToFix file, SyntaxNode loop, IParameterSymbol token)
    {
        var goesOn = Code.Not(Code.Member(
            Code.Name(token.Name), file.Types.IsStopToken(token.Type) ? "IsStopRequested" : "IsCancellationRequested"));
        return loop switch
        {
            WhileStatementSyntax statement => editor => editor.ReplaceNode(
                statement.Condition, (now, _) => Both(goesOn, (ExpressionSyntax)now)),
            DoStatementSyntax statement => editor => editor.ReplaceNode(
                statement.Condition, (now, _) => Both(goesOn, (ExpressionSyntax)now)),
            ForStatementSyntax { Condition: { } condition } => editor => editor.ReplaceNode(
                condition, (now, _) => Both(goesOn, (ExpressionSyntax)now)),
            ForStatementSyntax statement => editor => editor.ReplaceNode(
                statement, (now, _) => ((ForStatementSyntax)now).WithCondition(Code.Spaced(goesOn))),
            _ => null,
        };
    }

    private static ExpressionSyntax Both(ExpressionSyntax goesOn, ExpressionSyntax condition)
    {
        if (condition.IsKind(SyntaxKind.TrueLiteralExpression))
            return goesOn.WithTriviaFrom(condition);
        var second = condition is BinaryExpressionSyntax or ConditionalExpressionSyntax or AssignmentExpressionSyntax
            && !condition.IsKind(SyntaxKind.LogicalAndExpression)
            ? SyntaxFactory.ParenthesizedExpression(condition.WithoutTrivia()).Simplified()
            : condition.WithoutTrivia();
        return SyntaxFactory.BinaryExpression(SyntaxKind.LogicalAndExpression, goesOn, second).WithTriviaFrom(condition).Formatted();
    }

    private static Action<SyntaxEditor>? ThrowAtBegin(FileToFix file, SyntaxNode loop, IParameterSymbol token)
    {
        var body = loop switch
        {
            WhileStatementSyntax statement => statement.Statement,
            DoStatementSyntax statement => statement.Statement,
            ForStatementSyntax statement => statement.Statement,
            _ => null,
        };
        var look = SyntaxFactory.ExpressionStatement(
            Code.Call(Code.Name(token.Name),
                file.Types.IsStopToken(token.Type) ? "ThrowIfStopRequested" : "ThrowIfCancellationRequested")).Formatted();
        return body is null
            ? null
            : editor => editor.ReplaceNode(body, (now, _) => now is BlockSyntax block
                ? block.WithStatements(block.Statements.Insert(0, look))
                : SyntaxFactory.Block(look, (StatementSyntax)now).Formatted());
    }
}
