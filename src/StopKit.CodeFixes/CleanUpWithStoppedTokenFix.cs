namespace StopKit.CodeFixes;

/// <summary>
/// Gives cleanup a token of its own: one that sees no stop, only its own limit of time and the abort.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class CleanUpWithStoppedTokenFix() : StopKitFix(CleanUpWithStoppedToken.Id, "Shield the cleanup for 5 seconds")
{
    protected override Action<SyntaxEditor>? Plan(FileToFix file, SyntaxNode reported)
    {
        if (reported.FirstAncestorOrSelf<ExpressionSyntax>() is not { } argument
            || file.OperationOf(argument)?.Unwrapped() is not { } value
            || CleanUpWithStoppedToken.TokenOf(value, file.Types) is not { } token
            || !file.Types.IsStopToken(token.Type) // a CancellationToken has no shield
            || CleanUpBlock(argument) is not { } block)
        {
            return null;
        }

        var name = ShieldOf(block, token) ?? file.NameIn(block, "shield");
        var shield = Code.Using(name, Code.Call(
            Code.Name(token.Name),
            "Shield",
            SyntaxFactory.InvocationExpression(Code.Static("global::System.TimeSpan", nameof(TimeSpan.FromSeconds)))
                .AddArgumentListArguments(SyntaxFactory.Argument(SyntaxFactory.ParseExpression("5"))))).OnItsOwnLine(file);
        return editor =>
        {
            editor.ReplaceNode(argument, Code.Member(Code.Name(name), "Token").WithTriviaFrom(argument));
            editor.ReplaceNode(block, (now, _) => ShieldOf((BlockSyntax)now, token) is null
                ? ((BlockSyntax)now).WithStatements(((BlockSyntax)now).Statements.Insert(0, shield))
                : now);
        };
    }

    private static BlockSyntax? CleanUpBlock(SyntaxNode node) => node.Ancestors().Select(static ancestor => ancestor switch
    {
        FinallyClauseSyntax final => final.Block,
        CatchClauseSyntax clause => clause.Block,
        _ => null,
    }).FirstOrDefault(static block => block is not null);

    private static string? ShieldOf(BlockSyntax block, IParameterSymbol token) =>
        block.Statements.FirstOrDefault() is LocalDeclarationStatementSyntax { Declaration.Variables: { Count: 1 } variables }
        && variables[0] is { Initializer.Value: InvocationExpressionSyntax call } variable
        && call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Shield", Expression: IdentifierNameSyntax name }
        && name.Identifier.ValueText == token.Name
            ? variable.Identifier.ValueText
            : null;
}
