namespace StopKit.CodeFixes;

/// <summary>Passes the stop token on, by name where other optional arguments come before it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class TokenNotPassedOnFix() : StopKitFix(TokenNotPassedOn.Id, "Pass the stop token on")
{
    protected override Action<SyntaxEditor>? Plan(FileToFix file, SyntaxNode reported)
    {
        if (reported is not InvocationExpressionSyntax syntax
            || file.OperationOf(syntax) is not IInvocationOperation call
            || TokenNotPassedOn.OmittedToken(call, file.Types) is not { } parameter
            || file.FunctionAround(call).Parameter(file.Types.IsStopToken) is not { } token)
        {
            return null;
        }

        var given = syntax.ArgumentList.Arguments;
        var receivers = call.TargetMethod.IsExtensionMethod
            && call.Arguments.Any(static argument => argument.Parameter?.Ordinal == 0 && argument.Syntax is not ArgumentSyntax)
                ? 1
                : 0;
        var isNext = given.Count + receivers == parameter.Ordinal && given.All(static argument => argument.NameColon is null);
        var added = SyntaxFactory.Argument(Code.Name(token.Name));
        if (!isNext)
            added = added.WithNameColon(SyntaxFactory.NameColon(Code.Name(parameter.Name)).WithTrailingTrivia(SyntaxFactory.Space));
        return editor => editor.ReplaceNode(
            syntax,
            (now, _) => ((InvocationExpressionSyntax)now).AddArgumentListArguments(given.Count == 0 ? added : Code.Spaced(added)));
    }
}
