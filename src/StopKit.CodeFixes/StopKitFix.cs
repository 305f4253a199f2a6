using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CodeActions;

namespace StopKit.CodeFixes;

/// <summary>
/// What all fixes have in common: one rule, one change, and a fix-all that makes all changes of a file in one go.
/// </summary>
internal abstract class StopKitFix(string id, string title) : CodeFixProvider
{
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(id);

    public sealed override FixAllProvider GetFixAllProvider() =>
        FixAllProvider.Create(async (context, document, diagnostics) =>
            await FixAsync(document, diagnostics, context.CancellationToken).ConfigureAwait(false));

    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var file = await FileToFix.OfAsync(context.Document, context.CancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in context.Diagnostics)
        {
            if (Plan(file, file.NodeOf(diagnostic)) is null)
                continue;
            context.RegisterCodeFix(
                CodeAction.Create(title, token => FixAsync(context.Document, ImmutableArray.Create(diagnostic), token), equivalenceKey: id),
                diagnostic);
        }
    }

    /// <summary>Returns the change that mends one place, or null if none would compile there.</summary>
    /// <remarks>
    /// Nested nodes may have been changed by the time it is made, so it must replace nodes by what they are then.
    /// </remarks>
    protected abstract Action<SyntaxEditor>? Plan(FileToFix file, SyntaxNode reported);

    private async Task<Document> FixAsync(Document document, ImmutableArray<Diagnostic> diagnostics, CancellationToken cancellationToken)
    {
        var file = await FileToFix.OfAsync(document, cancellationToken).ConfigureAwait(false);
        var editor = new SyntaxEditor(file.Root, document.Project.Solution.Services);
        foreach (var diagnostic in diagnostics.OrderBy(static diagnostic => diagnostic.Location.SourceSpan.Start))
            Plan(file, file.NodeOf(diagnostic))?.Invoke(editor);
        return document.WithSyntaxRoot(editor.GetChangedRoot());
    }
}
