namespace StopKit.Analyzers;

/// <summary>
/// SK0008: a callback of <c>OnStop</c> or <c>OnAbort</c> that blocks, and so holds up the request and the callbacks
/// after it.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class BlockingCallback() : StopKitAnalyzer(Rule)
{
    internal const string Id = "SK0008";

    private static readonly DiagnosticDescriptor Rule = Describe(
        Id,
        "A callback of a stop blocks",
        "This blocks the thread that asked for the stop, and the callbacks after this one");

    protected override void Register(CompilationStartAnalysisContext context, StopTypes types) =>
        context.RegisterOperationAction(
            context =>
            {
                var call = (IInvocationOperation)context.Operation;
                if (call.TargetMethod.Name is not ("OnStop" or "OnAbort") || !types.IsStopToken(call.TargetMethod.ContainingType))
                    return;
                foreach (var argument in call.Arguments)
                {
                    if (argument.Value is not IDelegateCreationOperation { Target: IAnonymousFunctionOperation callback })
                        continue;
                    foreach (var part in callback.Body.Descendants())
                    {
                        if (Blocking.Is(part, types) && Function.Around(part, context.ContainingSymbol).Body == callback
                            && !IsKnownToHaveEnded(part, callback))
                        {
                            context.ReportDiagnostic(Diagnostic.Create(Rule, part.Syntax.GetLocation()));
                        }
                    }
                }
            },
            OperationKind.Invocation);

    // The result of a task that the callback has asked whether it is completed.
    private static bool IsKnownToHaveEnded(IOperation part, IOperation callback)
    {
        var task = part switch
        {
            IPropertyReferenceOperation property => property.Instance.Named(),
            IInvocationOperation { TargetMethod.Name: nameof(Task.Wait) } wait => wait.Instance.Named(),
            _ => null,
        };
        return task is not null && callback.Descendants().Any(other =>
            other is IPropertyReferenceOperation { Property.Name: nameof(Task.IsCompleted) or "IsCompletedSuccessfully" } asked
            && SymbolEqualityComparer.Default.Equals(asked.Instance.Named(), task));
    }
}
