namespace StopKit.CodeFixes;

/// <summary>Makes the block around an object dispose it.</summary>
internal static class Disposal
{
    /// <summary>
    /// Returns the change that declares the object with <c>using</c>, or null where no statement of a block could do
    /// so.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="made">The expression that makes the object.</param>
    /// <param name="name">The name of a new local, if the object has none.</param>
    /// <param name="isAsync">Whether it is an <c>await using</c>.</param>
    internal static Action<SyntaxEditor>? Plan(FileToFix file, ExpressionSyntax made, string name, bool isAsync)
    {
        if (made.FirstAncestorOrSelf<StatementSyntax>() is not { } statement
            || statement.Parent is not (BlockSyntax or GlobalStatementSyntax))
        {
            return null;
        }

        switch (made.Parent)
        {
            case EqualsValueClauseSyntax
                { Parent.Parent.Parent: LocalDeclarationStatementSyntax { Declaration.Variables.Count: 1 } declaration }:
                return editor => editor.ReplaceNode(declaration, (now, _) => WithUsing((LocalDeclarationStatementSyntax)now, isAsync));
            case ExpressionStatementSyntax or AssignmentExpressionSyntax { Parent: ExpressionStatementSyntax }:
                var local = file.NewName(statement.Parent, name);
                return editor => editor.ReplaceNode(statement, (now, _) =>
                    Code.Using(local, Value((ExpressionStatementSyntax)now), isAsync).WithTriviaFrom(now).Formatted());
            // A part of an expression, which must not be one that is evaluated later, often or not at all.
            case MemberAccessExpressionSyntax when statement.Parent is BlockSyntax block
                && statement is ExpressionStatementSyntax or LocalDeclarationStatementSyntax or ReturnStatementSyntax
                && !made.Ancestors().TakeWhile(ancestor => ancestor != statement).Any(static ancestor => ancestor
                    is AnonymousFunctionExpressionSyntax or ConditionalExpressionSyntax or ConditionalAccessExpressionSyntax
                        or BinaryExpressionSyntax):
                var scope = file.NewName(block, name);
                return editor =>
                {
                    editor.ReplaceNode(made, Code.Name(scope).WithTriviaFrom(made));
                    editor.InsertBefore(
                        statement, Code.Using(scope, made, isAsync).WithLeadingTrivia(statement.GetLeadingTrivia()).OnItsOwnLine(file));
                    editor.ReplaceNode(statement, (now, _) => now.WithLeadingTrivia().Formatted());
                };
            default:
                return null;
        }
    }

    private static ExpressionSyntax Value(ExpressionStatementSyntax statement) =>
        statement.Expression is AssignmentExpressionSyntax assignment ? assignment.Right : statement.Expression;

    private static LocalDeclarationStatementSyntax WithUsing(LocalDeclarationStatementSyntax declaration, bool isAsync)
    {
        var leading = declaration.GetLeadingTrivia();
        var keyword = SyntaxFactory.Token(SyntaxKind.UsingKeyword).WithTrailingTrivia(SyntaxFactory.Space);
        declaration = declaration.WithoutLeadingTrivia();
        return isAsync
            ? declaration.WithUsingKeyword(keyword).WithAwaitKeyword(
                SyntaxFactory.Token(SyntaxKind.AwaitKeyword).WithLeadingTrivia(leading).WithTrailingTrivia(SyntaxFactory.Space))
            : declaration.WithUsingKeyword(keyword.WithLeadingTrivia(leading));
    }
}
