namespace StopKit.Analyzers;

/// <summary>
/// SK0010: a worker that is started and then forgotten: nothing stops it, and its faults are in no result that is read.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class ForgottenWorker() : StopKitAnalyzer(Rule)
{
    internal const string Id = "SK0010";

    private static readonly DiagnosticDescriptor Rule = Describe(
        Id,
        "A worker is started and forgotten",
        "This worker is started, and neither joined, disposed, kept nor added to a group");

    private static readonly HashSet<string> Ends = ["Join", "TryJoin", "Stop", "StopAsync", "Completion", "Dispose", "DisposeAsync"];

    protected override void Register(CompilationStartAnalysisContext context, StopTypes types) =>
        context.RegisterOperationAction(
            context =>
            {
                var start = (IInvocationOperation)context.Operation;
                if (start.TargetMethod.Name == "Start" && types.IsWorker(start.TargetMethod.ContainingType)
                    && IsForgotten(start, context.ContainingSymbol))
                {
                    context.ReportDiagnostic(Diagnostic.Create(Rule, start.Syntax.GetLocation()));
                }

            },
            OperationKind.Invocation);

    private static bool IsForgotten(IInvocationOperation start, ISymbol containing)
    {
        if (start.Instance is null)
        {
            return !EndsWithProcess(start.Arguments)
                && (start.IsDropped() || (LocalUse.LocalOf(start) is { } made && IsLeftBehind(made, Function.Around(start, containing))));
        }

        return start.Instance.Unwrapped() switch
        {
            IObjectCreationOperation creation => !EndsWithProcess(creation.Arguments),
            ILocalReferenceOperation { Local: var local } =>
                Function.Around(start, containing) is var function && IsMadeHere(local, function) && IsLeftBehind(local, function),
            _ => false,
        };
    }

    private static bool IsLeftBehind(ILocalSymbol local, Function function) =>
        LocalUse.IsLeftBehind(local, function.Body, static member => Ends.Contains(member.Name));

    private static bool IsMadeHere(ILocalSymbol local, Function function) => function.Body.Descendants().Any(part =>
        part is IObjectCreationOperation creation
        && SymbolEqualityComparer.Default.Equals(LocalUse.LocalOf(creation), local)
        && !EndsWithProcess(creation.Arguments));

    // Options that are not written here, or name the process's end, say that this was thought of.
    private static bool EndsWithProcess(IEnumerable<IArgumentOperation> arguments)
    {
        foreach (var argument in arguments)
        {
            if (argument.IsImplicit || argument.Parameter?.Name != "options" || argument.Value.ConstantValue.HasValue)
                continue;
            if (argument.Value.Unwrapped() is not IObjectCreationOperation { Initializer: { } initializer }
                || initializer.Descendants().Any(
                    static part => part is IPropertyReferenceOperation { Property.Name: "IsBackground" or "CleanUpOnProcessExit" }))
            {
                return true;
            }
        }

        return false;
    }
}
