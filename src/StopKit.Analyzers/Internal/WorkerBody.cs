namespace StopKit.Analyzers.Internal;

/// <summary>Tells which code a worker runs: an exception that leaves it becomes the worker's result.</summary>
internal static class WorkerBody
{
    internal static bool Contains(IOperation operation, ISymbol containing, StopTypes types)
    {
        for (var current = operation.Parent; current is not null; current = current.Parent)
        {
            // A local function belongs to the code around it; another lambda may run anywhere.
            if (current is IAnonymousFunctionOperation)
                return current.Parent is IDelegateCreationOperation { Parent: IArgumentOperation argument }
                    && IsGivenToWorker(argument, types);
        }

        return containing is IMethodSymbol
            { IsOverride: true, Name: "Run" or "RunAsync" or "TickAsync" or "HandleAsync" or "CleanUp" or "CleanUpAsync" } method
            && types.IsWorker(method.ContainingType);
    }

    private static bool IsGivenToWorker(IArgumentOperation argument, StopTypes types) =>
        argument.Parent is IInvocationOperation { TargetMethod: { } method }
        && (types.IsWorker(method.ContainingType) || method.ContainingType is { Name: "StopApp", ContainingNamespace.Name: "StopKit" });
}
