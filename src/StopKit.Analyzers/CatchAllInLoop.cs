namespace StopKit.Analyzers;

/// <summary>
/// SK0004: a catch-all inside a loop that swallows the exception of a stop, so that the loop goes on.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class CatchAllInLoop() : StopKitAnalyzer(Rule)
{
    internal const string Id = "SK0004";

    private static readonly DiagnosticDescriptor Rule = Describe(
        Id,
        "A catch-all in a loop swallows the stop",
        "This also catches the exception of the stop of '{0}', and the loop goes on");

    protected override void Register(CompilationStartAnalysisContext context, StopTypes types) =>
        context.RegisterOperationAction(
            context =>
            {
                // What is caught for each item of a sequence is caught so that the others get their turn, and it ends with the sequence.
                var clause = (ICatchClauseOperation)context.Operation;
                if (clause is not { Filter: null, Parent: ITryOperation guarded }
                    || !IsCatchAll(clause, types)
                    || clause.EnclosingLoop() is not ({ } loop and not IForEachLoopOperation))
                {
                    return;
                }

                if (Function.Around(clause, context.ContainingSymbol).Parameter(types.IsStopToken) is { } token
                    && CanThrowStop(guarded.Body, token)
                    && !guarded.Catches.Any(other => other != clause && StopTypes.Inherits(other.ExceptionType, types.CanceledException))
                    && !Leaves(clause)
                    && !IsNamedOutside(loop, guarded.Body, token))
                {
                    context.ReportDiagnostic(Diagnostic.Create(Rule, clause.Syntax.GetFirstToken().GetLocation(), token.Name));
                }
            },
            OperationKind.CatchClause);

    private static bool IsCatchAll(ICatchClauseOperation clause, StopTypes types) =>
        clause.ExceptionType.SpecialType == SpecialType.System_Object || StopTypes.Same(clause.ExceptionType, types.Exception);

    // By throwing itself, or by what it is given to.
    private static bool CanThrowStop(IOperation body, IParameterSymbol token)
    {
        foreach (var part in body.Descendants())
        {
            switch (part)
            {
                case IInvocationOperation { TargetMethod.Name: "ThrowIfStopRequested", Instance: { } instance } when instance.Names(token):
                case IArgumentOperation { IsImplicit: false } argument when argument.Value.Names(token):
                    return true;
            }
        }

        return false;
    }

    private static bool Leaves(ICatchClauseOperation clause)
    {
        foreach (var part in clause.Handler.Descendants())
        {
            // An exception that is kept is looked at later.
            if (part.LeavesPath()
                || (part is ISimpleAssignmentOperation kept && kept.Value.Unwrapped() is ILocalReferenceOperation { Local: var local }
                    && clause.Locals.Contains(local)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsNamedOutside(IOperation loop, IOperation inside, ISymbol token)
    {
        if (loop == inside)
            return false;
        foreach (var child in loop.ChildOperations)
        {
            if (child is IParameterReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Parameter, token))
                return true;
            if (IsNamedOutside(child, inside, token))
                return true;
        }

        return false;
    }
}
