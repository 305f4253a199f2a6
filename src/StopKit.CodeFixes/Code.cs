using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace StopKit.CodeFixes;

/// <summary>The pieces of code that fixes write.</summary>
internal static class Code
{
    /// <summary>Returns a call of a constructor.</summary>
    internal static ExpressionSyntax New(string type, ArgumentListSyntax arguments) =>
        SyntaxFactory.ObjectCreationExpression(
            SyntaxFactory.Token(SyntaxKind.NewKeyword).WithTrailingTrivia(SyntaxFactory.Space),
            SyntaxFactory.ParseTypeName(type).Simplified(),
            arguments.WithoutTrivia(),
            initializer: null);

    /// <summary>Returns a call of a method of an object, or of a type by its full name.</summary>
    internal static InvocationExpressionSyntax Call(ExpressionSyntax target, string method, params ExpressionSyntax[] arguments) =>
        SyntaxFactory.InvocationExpression(Member(target, method)).AddArgumentListArguments([.. arguments.Select(SyntaxFactory.Argument)]);

    internal static MemberAccessExpressionSyntax Member(ExpressionSyntax target, string name) =>
        SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, target, SyntaxFactory.IdentifierName(name));

    /// <summary>
    /// Returns the member of a type, whose full name is made as short as the file's usings let it be.
    /// </summary>
    internal static ExpressionSyntax Static(string type, string member) => Member(SyntaxFactory.ParseExpression(type), member).Simplified();

    internal static ExpressionSyntax Not(ExpressionSyntax operand) =>
        SyntaxFactory.PrefixUnaryExpression(SyntaxKind.LogicalNotExpression, operand);

    /// <summary>Returns a name as it is written, which is with an at sign if it is a keyword.</summary>
    internal static IdentifierNameSyntax Name(string name) => SyntaxFactory.IdentifierName(
        SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None
            ? SyntaxFactory.Identifier(name)
            : SyntaxFactory.VerbatimIdentifier(default, "@" + name, name, default));

    internal static T Spaced<T>(T node) where T : SyntaxNode => node.WithLeadingTrivia(SyntaxFactory.Space);

    internal static T OnItsOwnLine<T>(this T statement, FileToFix file) where T : StatementSyntax =>
        statement.WithTrailingTrivia(file.EndOfLine).Formatted();

    internal static T Formatted<T>(this T node) where T : SyntaxNode => node.WithAdditionalAnnotations(Formatter.Annotation);

    internal static T Simplified<T>(this T node) where T : SyntaxNode => node.WithAdditionalAnnotations(Simplifier.Annotation);

    /// <summary>Returns <c>using var name = value;</c>, or with an <c>await</c> before it.</summary>
    internal static LocalDeclarationStatementSyntax Using(string name, ExpressionSyntax value, bool isAsync = false)
    {
        var statement = (LocalDeclarationStatementSyntax)SyntaxFactory.ParseStatement($"{(isAsync ? "await " : "")}using var {name} = 0;");
        var initializer = statement.Declaration.Variables[0].Initializer!;
        return statement.ReplaceNode(initializer.Value, value.WithoutTrivia());
    }
}
