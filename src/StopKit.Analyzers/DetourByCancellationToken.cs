namespace StopKit.Analyzers;

/// <summary>
/// SK0009: a <c>StopToken</c> is asked by way of its <c>CancellationToken</c>, which has to be made for that.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DetourByCancellationToken() : StopKitAnalyzer(Rule)
{
    internal const string Id = "SK0009";

    private static readonly DiagnosticDescriptor Rule = Describe(
        Id,
        "A stop token is asked by way of its CancellationToken",
        "Ask the StopToken itself: '{0}' costs less and counts as an observation of the stop",
        DiagnosticSeverity.Info);

    protected override void Register(CompilationStartAnalysisContext context, StopTypes types)
    {
        context.RegisterOperationAction(
            context =>
            {
                var property = (IPropertyReferenceOperation)context.Operation;
                if (property.Property.Name == "IsCancellationRequested")
                    Report(context, property.Instance, "Is{0}Requested", types);
            },
            OperationKind.PropertyReference);
        context.RegisterOperationAction(
            context =>
            {
                var call = (IInvocationOperation)context.Operation;
                if (call.TargetMethod.Name == "ThrowIfCancellationRequested")
                    Report(context, call.Instance, "ThrowIf{0}Requested", types);
            },
            OperationKind.Invocation);
    }

    /// <summary>
    /// Returns the stop token that a <c>CancellationToken</c> was made of, and whether it is that of the abort.
    /// </summary>
    internal static (IOperation Token, bool IsAbort)? SourceOf(IOperation? token, StopTypes types) => token switch
    {
        IPropertyReferenceOperation { Property.Name: "Stopping", Instance: { } stop } when types.IsStopToken(stop.Type) => (stop, false),
        IPropertyReferenceOperation { Property.Name: "Aborting", Instance: { } stop } when types.IsStopToken(stop.Type) => (stop, true),
        IConversionOperation { Operand: { } stop } when types.IsStopToken(stop.Type) => (stop, false),
        IParenthesizedOperation { Operand: { } inner } => SourceOf(inner, types),
        _ => null,
    };

    private static void Report(OperationAnalysisContext context, IOperation? token, string name, StopTypes types)
    {
        if (SourceOf(token, types) is { } source)
            context.ReportDiagnostic(Diagnostic.Create(Rule, context.Operation.Syntax.GetLocation(),
                name.Replace("{0}", source.IsAbort ? "Abort" : "Stop")));
    }
}
