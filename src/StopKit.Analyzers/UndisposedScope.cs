namespace StopKit.Analyzers;

/// <summary>
/// SK0007: a linked source or a shield that is not disposed: its parent keeps it as long as it lives itself.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class UndisposedScope() : StopKitAnalyzer(Rule)
{
    internal const string Id = "SK0007";

    private static readonly DiagnosticDescriptor Rule = Describe(
        Id,
        "A linked source or shield is not disposed",
        "The source that '{0}' returns is not disposed, so its parent keeps it: declare it with 'using'");

    protected override void Register(CompilationStartAnalysisContext context, StopTypes types) =>
        context.RegisterOperationAction(
            context =>
            {
                var call = (IInvocationOperation)context.Operation;
                if (IsScope(call.TargetMethod, types) && IsLost(call, context.ContainingSymbol))
                    context.ReportDiagnostic(Diagnostic.Create(Rule, call.Syntax.GetLocation(), call.TargetMethod.Name));
            },
            OperationKind.Invocation);

    private static bool IsScope(IMethodSymbol method, StopTypes types) => method.Name switch
    {
        "LinkedTo" => StopTypes.Same(method.ContainingType, types.StopSource),
        "Shield" => types.IsStopToken(method.ContainingType),
        _ => false,
    };

    private static bool IsLost(IInvocationOperation call, ISymbol containing) => call.Parent switch
    {
        IExpressionStatementOperation => true,
        IPropertyReferenceOperation property => property.Instance == call, // LinkedTo(…).Token
        IInvocationOperation member => member.Instance == call && member.TargetMethod.Name != nameof(IDisposable.Dispose),
        _ => LocalUse.LocalOf(call) is { } local
            && LocalUse.IsLeftBehind(
                local, Function.Around(call, containing).Body, static member => member.Name == nameof(IDisposable.Dispose)),
    };
}
