namespace StopKit.Analyzers;

/// <summary>SK0002: a sleep that a stop cannot end, although the <c>StopToken</c> is at hand.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class SleepWithoutStop() : StopKitAnalyzer(Rule)
{
    internal const string Id = "SK0002";

    private static readonly DiagnosticDescriptor Rule = Describe(
        Id,
        "A wait that a stop cannot end",
        "'{0}' waits its full time even after a stop: wait on '{1}' instead");

    protected override void Register(CompilationStartAnalysisContext context, StopTypes types) =>
        context.RegisterOperationBlockStartAction(context =>
        {
            var carriersIn = StopCarriers.OnceForEachFunction(types);
            context.RegisterOperationAction(
                context =>
                {
                    var call = (IInvocationOperation)context.Operation;
                    if (NameOf(call, types) is not { } name || Blocking.WaitsNoTime(call) || call.IsInCleanUp())
                        return;
                    var function = Function.Around(call, context.ContainingSymbol);
                    if (function.Parameter(types.IsStopToken) is { } token
                        && !carriersIn(function).AreTouchedBy(call) // a handle that the stop sets, too
                        && !Stopped.IsKnownAt(call, token))
                    {
                        context.ReportDiagnostic(Diagnostic.Create(Rule, call.Syntax.GetLocation(), name, token.Name));
                    }
                },
                OperationKind.Invocation);
        });

    private static string? NameOf(IInvocationOperation call, StopTypes types)
    {
        var method = call.TargetMethod;
        return method.Name switch
        {
            nameof(Thread.Sleep) when StopTypes.Same(method.ContainingType, types.Thread) => "Thread.Sleep",
            nameof(Task.Delay) when types.IsTask(method.ContainingType) && !TakesToken(method, types) && IsAwaitedOrReturned(call)
                => "Task.Delay",
            nameof(WaitHandle.WaitOne) when StopTypes.Inherits(method.ContainingType, types.WaitHandle) => "WaitOne",
            _ => null,
        };
    }

    private static bool TakesToken(IMethodSymbol method, StopTypes types) =>
        method.Parameters.Any(parameter => types.IsToken(parameter.Type));

    // A delay that is given to Task.WhenAny is a limit, not a wait.
    private static bool IsAwaitedOrReturned(IInvocationOperation call) => call.DirectAwait() is not null || call.Parent is IReturnOperation;
}
