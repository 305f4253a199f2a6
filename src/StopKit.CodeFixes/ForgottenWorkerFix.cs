namespace StopKit.CodeFixes;

/// <summary>
/// Declares the worker with <c>using</c>, or <c>await using</c> where the function can await: the block's end stops and
/// joins it.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class ForgottenWorkerFix() : StopKitFix(ForgottenWorker.Id, "Declare it with 'using'")
{
    protected override Action<SyntaxEditor>? Plan(FileToFix file, SyntaxNode reported)
    {
        if (reported is not InvocationExpressionSyntax call || file.OperationOf(call) is not IInvocationOperation start)
            return null;
        var isAsync = file.FunctionAround(start).Symbol is { IsAsync: true };
        if (start.Instance is null)
            return Disposal.Plan(file, call, "worker", isAsync);
        // "worker.Start()": the declaration of the local gets the "using".
        return start.Instance is ILocalReferenceOperation { Local.DeclaringSyntaxReferences: { Length: 1 } references }
            && references[0].GetSyntax(file.CancellationToken) is VariableDeclaratorSyntax { Initializer.Value: { } made }
                ? Disposal.Plan(file, made, "worker", isAsync)
                : null;
    }
}
