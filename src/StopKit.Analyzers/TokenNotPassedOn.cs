namespace StopKit.Analyzers;

/// <summary>SK0011: a call could be given the <c>StopToken</c> at hand, and is not.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class TokenNotPassedOn() : StopKitAnalyzer(Rule)
{
    internal const string Id = "SK0011";

    private static readonly DiagnosticDescriptor Rule = Describe(
        Id,
        "The stop token is not passed on",
        "'{0}' takes a token and is given none: pass '{1}' on",
        DiagnosticSeverity.Info);

    // Their token means "hurry", not "do not begin".
    private static readonly string[] CleanUpNames =
        ["Stop", "Dispose", "CleanUp", "Cleanup", "Close", "Shutdown", "ShutDown", "Release", "Rollback"];

    protected override void Register(CompilationStartAnalysisContext context, StopTypes types) =>
        context.RegisterOperationAction(
            context =>
            {
                var call = (IInvocationOperation)context.Operation;
                if (OmittedToken(call, types) is null
                    || CleanUpNames.Any(name => call.TargetMethod.Name.StartsWith(name, StringComparison.Ordinal))
                    || call.IsInCleanUp())
                {
                    return;
                }

                if (Function.Around(call, context.ContainingSymbol).Parameter(types.IsStopToken) is { } token
                    && !IsStopGiven(call, types) && !Stopped.IsKnownAt(call, token))
                {
                    context.ReportDiagnostic(Diagnostic.Create(Rule, call.Syntax.GetLocation(), call.TargetMethod.Name, token.Name));
                }

            },
            OperationKind.Invocation);

    /// <summary>Returns the optional token of a callee that a call leaves out.</summary>
    internal static IParameterSymbol? OmittedToken(IInvocationOperation call, StopTypes types)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.ArgumentKind == ArgumentKind.DefaultValue && argument.Parameter is { } parameter && types.IsToken(parameter.Type))
                return parameter;
        }

        return null;
    }

    // By another argument, by the object that is called, or by what is done with the result: WithCancellation.
    private static bool IsStopGiven(IInvocationOperation call, StopTypes types) =>
        call.Parent is IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "WithCancellation" } }
        || call.Parent is IInvocationOperation { TargetMethod.Name: "WithCancellation" }
        || call.Arguments.Any(
            argument => argument.ArgumentKind != ArgumentKind.DefaultValue
                && argument.Value.DescendantsAndSelf().Any(part => types.CarriesStop(part.Type)));
}
