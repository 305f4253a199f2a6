namespace StopKit.Analyzers;

/// <summary>
/// SK0005: the answer of a wait is dropped in a loop that does not look otherwise, so that the loop spins after a stop.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DroppedWait() : StopKitAnalyzer(Rule)
{
    internal const string Id = "SK0005";

    private static readonly DiagnosticDescriptor Rule = Describe(
        Id,
        "The answer of a wait is dropped in a loop",
        "'{0}' returns at once after a stop and its answer is dropped, so the loop spins without a pause");

    protected override void Register(CompilationStartAnalysisContext context, StopTypes types) =>
        context.RegisterOperationAction(
            context =>
            {
                var wait = (IInvocationOperation)context.Operation;
                if (IsWait(wait, types) && wait.IsDropped() && wait.EnclosingLoop() is { } loop
                    && wait.Instance.Named() is { } token && !IsLookedAt(loop, token))
                {
                    context.ReportDiagnostic(Diagnostic.Create(Rule, wait.Syntax.GetLocation(), wait.TargetMethod.Name));
                }

            },
            OperationKind.Invocation);

    private static bool IsWait(IInvocationOperation call, StopTypes types) =>
        call.TargetMethod is { Name: "Wait" or "WaitAsync", ReturnsVoid: false } && types.IsStopToken(call.TargetMethod.ContainingType);

    // Any other use of the token may end the loop: a condition, a call that throws.
    private static bool IsLookedAt(ILoopOperation loop, ISymbol token)
    {
        foreach (var part in loop.Descendants())
        {
            if (part is IParameterReferenceOperation or ILocalReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation
                && SymbolEqualityComparer.Default.Equals(part.Named(), token)
                && !(part.Parent is IInvocationOperation { TargetMethod.Name: "Wait" or "WaitAsync" } wait
                    && wait.Instance == part && wait.IsDropped()))
            {
                return true;
            }
        }

        // An outer loop that looks does not help: this one must end first.
        return false;
    }
}
