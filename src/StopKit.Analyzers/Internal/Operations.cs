namespace StopKit.Analyzers.Internal;

/// <summary>Questions that several rules ask of a piece of code.</summary>
internal static class Operations
{
    /// <summary>Returns what a value was before it was converted or put into parentheses.</summary>
    internal static IOperation Unwrapped(this IOperation operation)
    {
        while (true)
        {
            switch (operation)
            {
                case IConversionOperation conversion:
                    operation = conversion.Operand;
                    break;
                case IParenthesizedOperation parenthesized:
                    operation = parenthesized.Operand;
                    break;
                default:
                    return operation;
            }
        }
    }

    /// <summary>Returns the parameter, local, field or property that an expression names, or null.</summary>
    internal static ISymbol? Named(this IOperation? operation) => operation?.Unwrapped() switch
    {
        IParameterReferenceOperation parameter => parameter.Parameter,
        ILocalReferenceOperation local => local.Local,
        IFieldReferenceOperation field => field.Field,
        IPropertyReferenceOperation property => property.Property,
        _ => null,
    };

    /// <summary>Tells whether code names a symbol anywhere, in its lambdas and local functions too.</summary>
    internal static bool Names(this IOperation operation, ISymbol symbol)
    {
        foreach (var part in operation.DescendantsAndSelf())
        {
            if (part is IParameterReferenceOperation or ILocalReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation
                && SymbolEqualityComparer.Default.Equals(part.Named(), symbol))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Returns the loop around a piece of code within its function, or null.</summary>
    internal static ILoopOperation? EnclosingLoop(this IOperation operation)
    {
        for (var current = operation.Parent; current is not null; current = current.Parent)
        {
            switch (current)
            {
                case ILoopOperation loop:
                    return loop;
                case IAnonymousFunctionOperation or ILocalFunctionOperation:
                    return null;
            }
        }

        return null;
    }

    /// <summary>Tells whether code runs in a <c>finally</c> or a <c>catch</c> of its function.</summary>
    internal static bool IsInCleanUp(this IOperation operation)
    {
        for (var current = operation; current.Parent is { } parent; current = parent)
        {
            switch (parent)
            {
                case ITryOperation { Finally: { } final } when final == current:
                case ICatchClauseOperation:
                    return true;
                case IAnonymousFunctionOperation or ILocalFunctionOperation:
                    return false;
            }
        }

        return false;
    }

    /// <summary>
    /// Tells whether code behind this does not run: it returns, throws, jumps out, or calls what does not return.
    /// </summary>
    internal static bool LeavesPath(this IOperation operation) => operation switch
    {
        IReturnOperation or IThrowOperation or IBranchOperation { BranchKind: BranchKind.Break or BranchKind.GoTo } => true,
        IInvocationOperation call => call.TargetMethod.GetAttributes().Any(
            static attribute => attribute.AttributeClass?.Name == "DoesNotReturnAttribute"),
        _ => false,
    };

    /// <summary>
    /// Returns the awaited value's <c>await</c>, if it is awaited where it is made, also by way of
    /// <c>ConfigureAwait</c>.
    /// </summary>
    internal static IAwaitOperation? DirectAwait(this IOperation operation)
    {
        var parent = operation.Parent;
        if (parent is IInvocationOperation { TargetMethod.Name: "ConfigureAwait" } configured)
            parent = configured.Parent;
        return parent as IAwaitOperation;
    }

    /// <summary>
    /// Tells whether a value is thrown away: it is a statement of its own, awaited or assigned to a discard.
    /// </summary>
    internal static bool IsDropped(this IOperation operation) =>
        (operation.DirectAwait() ?? operation).Parent switch
        {
            IExpressionStatementOperation => true,
            ISimpleAssignmentOperation { Target: IDiscardOperation, Parent: IExpressionStatementOperation } => true,
            _ => false,
        };
}
