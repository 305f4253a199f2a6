namespace StopKit.Analyzers;

/// <summary>
/// SK0006: an async lambda where StopKit wants an <c>Action</c>: it returns at its first <c>await</c>, and its
/// exceptions are lost.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class AsyncVoidBody() : StopKitAnalyzer(Rule)
{
    internal const string Id = "SK0006";

    private static readonly DiagnosticDescriptor Rule = Describe(
        Id,
        "An async lambda where an Action is wanted",
        "'{0}' takes an Action: this async code is left at its first await, and nothing waits for the rest",
        DiagnosticSeverity.Error);

    protected override void Register(CompilationStartAnalysisContext context, StopTypes types) =>
        context.RegisterOperationAction(
            context =>
            {
                var creation = (IDelegateCreationOperation)context.Operation;
                if (IsAsyncVoid(creation.Target)
                    && creation.Parent is IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { } method } }
                    && SymbolEqualityComparer.Default.Equals(method.ContainingAssembly, types.StopToken!.ContainingAssembly))
                {
                    var location = (creation.Target as IAnonymousFunctionOperation)?.Syntax.GetFirstToken().GetLocation()
                        ?? creation.Syntax.GetLocation();
                    context.ReportDiagnostic(Diagnostic.Create(Rule, location, method.ContainingType.Name + "." + method.Name));
                }
            },
            OperationKind.DelegateCreation);

    private static bool IsAsyncVoid(IOperation target) => target switch
    {
        IAnonymousFunctionOperation lambda => lambda.Symbol is { IsAsync: true, ReturnsVoid: true },
        IMethodReferenceOperation reference => reference.Method is { IsAsync: true, ReturnsVoid: true },
        _ => false,
    };
}
