namespace StopKit.Analyzers.Internal;

/// <summary>Tells where a token is known to be stopped: there it is of no use to a wait.</summary>
internal static class Stopped
{
    /// <summary>
    /// Tells whether code runs only after the stop: behind a wait for it, or where a condition has seen it.
    /// </summary>
    internal static bool IsKnownAt(IOperation operation, ISymbol token)
    {
        for (var current = operation; current.Parent is { } parent; current = parent)
        {
            switch (parent)
            {
                case IConditionalOperation conditional when conditional.WhenTrue == current && Sees(conditional.Condition, token):
                case IConditionalOperation negated when negated.WhenFalse == current && SeesNot(negated.Condition, token):
                case IBlockOperation block when IsAwaitedBefore(current, block, token):
                    return true;
                case IAnonymousFunctionOperation or ILocalFunctionOperation:
                    return false;
            }
        }

        return false;
    }

    /// <summary>Tells whether a condition is true only once the token is stopped.</summary>
    private static bool Sees(IOperation condition, ISymbol token) => condition.Unwrapped() switch
    {
        IPropertyReferenceOperation { Property.Name: "IsStopRequested" or "IsAbortRequested" or "IsCancellationRequested",
            Instance: { } instance } =>
            instance.Names(token),
        IInvocationOperation { TargetMethod.Name: "Wait" or "WaitAsync", Instance: { } instance } => instance.Names(token),
        IInvocationOperation { TargetMethod.Name: "ConfigureAwait", Instance: { } instance } => Sees(instance, token),
        IAwaitOperation awaited => Sees(awaited.Operation, token),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } both =>
            Sees(both.LeftOperand, token) || Sees(both.RightOperand, token),
        _ => false,
    };

    private static bool SeesNot(IOperation condition, ISymbol token) => condition.Unwrapped() switch
    {
        IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not => Sees(not.Operand, token),
        _ => false,
    };

    private static bool IsAwaitedBefore(IOperation statement, IBlockOperation block, ISymbol token)
    {
        foreach (var before in block.Operations)
        {
            if (before == statement)
                return false;
            switch (before)
            {
                case IExpressionStatementOperation
                    { Operation: IInvocationOperation { TargetMethod: { Name: "Wait", Parameters.Length: 0 } } wait }
                    when wait.Instance?.Names(token) == true:
                case IWhileLoopOperation { Condition: { } condition } when SeesNot(condition, token):
                    return true;
            }
        }

        return false;
    }
}
