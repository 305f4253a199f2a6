namespace StopKit.Analyzers;

/// <summary>SK0012: <c>Environment.Exit</c> inside a worker's body.</summary>
/// <remarks>
/// It ends the process while other workers are in the middle of their work, and waits for handlers that may wait for
/// this worker.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class ExitInsideWorker() : StopKitAnalyzer(Rule)
{
    internal const string Id = "SK0012";

    private static readonly DiagnosticDescriptor Rule = Describe(
        Id,
        "Environment.Exit inside a worker",
        "Environment.Exit ends the process without stopping the other workers: throw an ExitException instead");

    protected override void Register(CompilationStartAnalysisContext context, StopTypes types) =>
        context.RegisterOperationAction(
            context =>
            {
                var call = (IInvocationOperation)context.Operation;
                if (call.TargetMethod.Name == nameof(Environment.Exit)
                    && StopTypes.Same(call.TargetMethod.ContainingType, types.Environment)
                    && WorkerBody.Contains(call, context.ContainingSymbol, types))
                {
                    context.ReportDiagnostic(Diagnostic.Create(Rule, call.Syntax.GetLocation()));
                }
            },
            OperationKind.Invocation);
}
