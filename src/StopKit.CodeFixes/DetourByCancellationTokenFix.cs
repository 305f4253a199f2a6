namespace StopKit.CodeFixes;

/// <summary>Asks the stop token itself.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class DetourByCancellationTokenFix() : StopKitFix(DetourByCancellationToken.Id, "Ask the stop token itself")
{
    protected override Action<SyntaxEditor>? Plan(FileToFix file, SyntaxNode reported)
    {
        var access = (reported as InvocationExpressionSyntax)?.Expression as MemberAccessExpressionSyntax
            ?? reported as MemberAccessExpressionSyntax;
        var asked = file.OperationOf(reported) switch
        {
            IPropertyReferenceOperation property => property.Instance,
            IInvocationOperation call => call.Instance,
            _ => null,
        };
        if (access is null
            || DetourByCancellationToken.SourceOf(asked, file.Types) is not { } source
            || source.Token.Syntax is not ExpressionSyntax token)
        {
            return null;
        }

        var stage = source.IsAbort ? "Abort" : "Stop";
        var member = reported is InvocationExpressionSyntax ? $"ThrowIf{stage}Requested" : $"Is{stage}Requested";
        return editor => editor.ReplaceNode(
            access,
            access.WithExpression(token.WithTriviaFrom(access.Expression))
                .WithName(SyntaxFactory.IdentifierName(member).WithTriviaFrom(access.Name)));
    }
}
