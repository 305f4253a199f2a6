namespace StopKit.Analyzers;

/// <summary>SK0001: a loop that never looks at the token it has, and is endless or waits.</summary>
/// <remarks>A stop cannot end it: the worker is late each time, and is given up in the end.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class LoopWithoutStop() : StopKitAnalyzer(Rule)
{
    internal const string Id = "SK0001";

    private static readonly DiagnosticDescriptor Rule = Describe(
        Id,
        "A loop never looks at its token",
        "This loop never looks at '{0}', so a stop cannot end it");

    protected override void Register(CompilationStartAnalysisContext context, StopTypes types) =>
        context.RegisterOperationBlockStartAction(context =>
        {
            var carriersIn = StopCarriers.OnceForEachFunction(types);
            context.RegisterOperationAction(
                context =>
                {
                    var loop = (ILoopOperation)context.Operation;
                    if (loop.LoopKind is not (LoopKind.While or LoopKind.For))
                        return;
                    var function = Function.Around(loop, context.ContainingSymbol);
                    if (function.Parameter(types.IsToken) is { } token
                        && HoldsUpStop(loop, types)
                        && !IsLookedAt(loop, carriersIn(function)))
                    {
                        context.ReportDiagnostic(Diagnostic.Create(Rule, loop.Syntax.GetFirstToken().GetLocation(), token.Name));
                    }
                },
                OperationKind.Loop);
        });

    internal static bool IsEndless(ILoopOperation loop) => loop switch
    {
        IWhileLoopOperation { Condition: var condition } => IsTrue(condition),
        IForLoopOperation { Condition: var condition } => IsTrue(condition),
        _ => false,
    };

    private static bool IsTrue(IOperation? condition) => condition is null or { ConstantValue: { HasValue: true, Value: true } };

    private static bool HoldsUpStop(ILoopOperation loop, StopTypes types)
    {
        var isLeft = false;
        var waits = false;
        foreach (var part in OwnParts(loop))
        {
            switch (part)
            {
                case IReturnOperation { Kind: OperationKind.YieldReturn }:
                    return false; // the consumer decides whether it goes on
                case IAwaitOperation or IForEachLoopOperation { IsAsynchronous: true }:
                    waits = true;
                    break;
                default:
                    waits |= Blocking.Is(part, types);
                    isLeft |= part.LeavesPath();
                    break;
            }
        }

        // One that neither waits nor is endless ends by itself, and soon: a retry of a compare-exchange, a parser.
        return waits || (IsEndless(loop) && !isLeft);
    }

    private static bool IsLookedAt(ILoopOperation loop, StopCarriers carriers)
    {
        if (carriers.AreTouchedBy(loop))
            return true;
        for (var outer = loop.EnclosingLoop(); outer is not null; outer = outer.EnclosingLoop())
        {
            // The outer one is reported instead; or it looks, and this one ends by itself.
            var isTouched = carriers.AreTouchedBy(outer);
            if (isTouched ? !IsEndless(loop) : outer is not IForEachLoopOperation)
                return true;
        }

        return false;
    }

    // Without those of lambdas and local functions, which run when they are called.
    private static IEnumerable<IOperation> OwnParts(IOperation operation)
    {
        var left = new Stack<IOperation>();
        left.Push(operation);
        while (left.Count > 0)
        {
            var part = left.Pop();
            yield return part;
            if (part is IAnonymousFunctionOperation or ILocalFunctionOperation)
                continue;
            foreach (var child in part.ChildOperations)
                left.Push(child);
        }
    }
}
