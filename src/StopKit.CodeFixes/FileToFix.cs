using Microsoft.CodeAnalysis.Text;

namespace StopKit.CodeFixes;

/// <summary>A file as the analyzers saw it.</summary>
internal sealed class FileToFix(SyntaxNode root, SemanticModel model, CancellationToken cancellationToken)
{
    private readonly List<(TextSpan Span, string Name)> _newNames = [];
    private readonly Dictionary<SyntaxNode, string> _names = [];

    internal SyntaxNode Root { get; } = root;

    internal SemanticModel Model { get; } = model;

    internal CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Gets how this file ends its lines.</summary>
    internal SyntaxTrivia EndOfLine { get; } =
        root.DescendantTrivia().FirstOrDefault(static trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia))
            is { RawKind: not 0 } first ? first : SyntaxFactory.LineFeed;

    internal StopTypes Types { get; } = StopTypes.Of(model.Compilation)!;

    internal static async Task<FileToFix> OfAsync(Document document, CancellationToken cancellationToken) =>
        new(
            (await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false))!,
            (await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false))!,
            cancellationToken);

    internal SyntaxNode NodeOf(Diagnostic diagnostic) => Root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);

    internal IOperation? OperationOf(SyntaxNode node) => Model.GetOperation(node, CancellationToken);

    /// <summary>Returns the innermost function around a piece of code.</summary>
    internal Function FunctionAround(IOperation operation) =>
        Function.Around(operation, Model.GetEnclosingSymbol(operation.Syntax.SpanStart, CancellationToken)!);

    /// <summary>Tells whether a function ends without a value: at its end, or by <c>return;</c>.</summary>
    internal bool ReturnsNothing(IOperation inside) => ReturnOf(inside) is ReturnStatementSyntax;

    /// <summary>
    /// Returns the statement that ends the function around a piece of code, or null if that takes a value.
    /// </summary>
    internal StatementSyntax? ReturnOf(IOperation inside)
    {
        var function = FunctionAround(inside);
        if (function.Body.DescendantsAndSelf().Any(static part => part.Kind is OperationKind.YieldReturn or OperationKind.YieldBreak))
            return SyntaxFactory.YieldStatement(SyntaxKind.YieldBreakStatement).WithoutTrivia();
        return function.Symbol is { } symbol
            && (symbol.ReturnsVoid || (symbol.IsAsync && symbol.ReturnType is INamedTypeSymbol { TypeArguments.IsEmpty: true }))
            ? SyntaxFactory.ReturnStatement()
            : null;
    }

    /// <summary>Returns the name of a new local of a block, the same for all fixes of that block.</summary>
    internal string NameIn(SyntaxNode block, string wish)
    {
        if (!_names.TryGetValue(block, out var name))
            _names[block] = name = NewName(block, wish);
        return name;
    }

    /// <summary>Returns a name that means nothing yet in a block: the wish, or the wish with a number.</summary>
    internal string NewName(SyntaxNode block, string wish)
    {
        var taken = new HashSet<string>(Model.LookupSymbols(block.SpanStart).Select(static symbol => symbol.Name));
        // A local of a block inside clashes too, and one that another fix of this file declares.
        taken.UnionWith(block.DescendantTokens()
            .Where(static token => token.IsKind(SyntaxKind.IdentifierToken))
            .Select(static token => token.ValueText));
        taken.UnionWith(_newNames.Where(known => known.Span.OverlapsWith(block.Span)).Select(static known => known.Name));
        var name = wish;
        for (var number = 2; taken.Contains(name); number++)
            name = wish + number;
        _newNames.Add((block.Span, name));
        return name;
    }
}
