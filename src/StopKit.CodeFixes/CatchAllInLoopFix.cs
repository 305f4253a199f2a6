namespace StopKit.CodeFixes;

/// <summary>Lets the exception of a stop pass.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class CatchAllInLoopFix() : StopKitFix(CatchAllInLoop.Id, "Do not catch after a stop")
{
    protected override Action<SyntaxEditor>? Plan(FileToFix file, SyntaxNode reported)
    {
        if (reported is not CatchClauseSyntax clause
            || file.OperationOf(clause) is not { } operation
            || file.FunctionAround(operation).Parameter(file.Types.IsStopToken) is not { } token)
        {
            return null;
        }

        return editor => editor.ReplaceNode(clause, (now, _) => WithFilter((CatchClauseSyntax)now, token));
    }

    private static CatchClauseSyntax WithFilter(CatchClauseSyntax clause, IParameterSymbol token)
    {
        var filter = SyntaxFactory.CatchFilterClause(Code.Not(Code.Member(Code.Name(token.Name), "IsStopRequested")));
        // What stood behind the head of the clause, the end of its line or a comment, stands behind the filter now.
        return clause.Declaration is { } declaration
            ? clause.WithDeclaration(declaration.WithoutTrailingTrivia()).WithFilter(
                filter.WithTrailingTrivia(declaration.GetTrailingTrivia()).WithLeadingTrivia(SyntaxFactory.Space))
            : clause.WithCatchKeyword(clause.CatchKeyword.WithTrailingTrivia()).WithFilter(
                filter.WithTrailingTrivia(clause.CatchKeyword.TrailingTrivia).WithLeadingTrivia(SyntaxFactory.Space));
    }
}
