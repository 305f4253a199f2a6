namespace StopKit.Analyzers;

/// <summary>SK0003: cleanup that is given the token whose stop led to it, and so ends before it has begun.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class CleanUpWithStoppedToken() : StopKitAnalyzer(Rule)
{
    internal const string Id = "SK0003";

    private static readonly DiagnosticDescriptor Rule = Describe(
        Id,
        "Cleanup with the stopped token",
        "After a stop '{0}' cancels this call before it has begun: give cleanup a shielded token");

    // What stops or disposes is given a token for itself, whose stop means "hurry".
    private static readonly string[] CleanUpNames = ["Stop", "Dispose", "CleanUp", "Cleanup", "Shutdown", "ShutDown", "Close"];

    protected override void Register(CompilationStartAnalysisContext context, StopTypes types) =>
        context.RegisterOperationAction(
            context =>
            {
                var awaited = (IAwaitOperation)context.Operation;
                if (!awaited.IsInCleanUp())
                    return;
                var function = Function.Around(awaited, context.ContainingSymbol);
                if (function.Symbol is null || CleanUpNames.Any(name => function.Symbol.Name.StartsWith(name, StringComparison.Ordinal)))
                    return;
                foreach (var part in awaited.Operation.DescendantsAndSelf())
                {
                    if (part is IArgumentOperation { IsImplicit: false } argument
                        && TokenOf(argument.Value, types) is { } token
                        && SymbolEqualityComparer.Default.Equals(token.ContainingSymbol, function.Symbol)
                        && RunsStopped(awaited, token, types))
                    {
                        context.ReportDiagnostic(Diagnostic.Create(
                            Rule,
                            argument.Value.Syntax.GetLocation(),
                            types.IsStopToken(token.Type) ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info,
                            additionalLocations: null,
                            properties: null,
                            token.Name));
                    }
                }
            },
            OperationKind.Await);

    /// <summary>Returns the parameter that a value hands on: itself, or its <c>Stopping</c>.</summary>
    internal static IParameterSymbol? TokenOf(IOperation value, StopTypes types)
    {
        value = value.Unwrapped();
        if (value is IPropertyReferenceOperation { Property.Name: "Stopping", Instance: { } instance })
            value = instance;
        return value is IParameterReferenceOperation { Parameter: var parameter } && types.IsToken(parameter.Type) && !IsShielded(parameter)
            ? parameter : null;
    }

    private static bool IsShielded(IParameterSymbol parameter) =>
        parameter.Name.IndexOf("shield", StringComparison.OrdinalIgnoreCase) >= 0
        || parameter.Name.IndexOf("abort", StringComparison.OrdinalIgnoreCase) >= 0;

    // Up to the catch or finally that is the cleanup: it must be one of the stop, and no condition in it may have asked the token.
    private static bool RunsStopped(IOperation operation, IParameterSymbol token, StopTypes types)
    {
        for (var current = operation; current.Parent is { } parent; current = parent)
        {
            switch (parent)
            {
                case ITryOperation { Finally: { } final } when final == current:
                    return true;
                case ICatchClauseOperation clause:
                    return IsOfStop(clause, token, types);
                case IConditionalOperation conditional when conditional.Condition != current && conditional.Condition.Names(token):
                case IAnonymousFunctionOperation or ILocalFunctionOperation:
                    return false;
            }
        }

        return false;
    }

    private static bool IsOfStop(ICatchClauseOperation clause, IParameterSymbol token, StopTypes types) =>
        StopTypes.Inherits(clause.ExceptionType, types.CanceledException)
        && clause.Parent is ITryOperation { Body: var body } && body.Names(token) // else it is another token's stop: a limit of time
        && (clause.Filter is null || (clause.Filter.Names(token) && clause.Filter.Unwrapped() is IPropertyReferenceOperation));
}
