namespace StopKit.Analyzers.Internal;

/// <summary>The innermost function around a piece of code: a method, a lambda or a local function.</summary>
internal readonly struct Function
{
    private Function(IMethodSymbol? symbol, IOperation body)
    {
        Symbol = symbol;
        Body = body;
    }

    /// <summary>Gets the function, or null in the initializer of a field.</summary>
    internal IMethodSymbol? Symbol { get; }

    internal IOperation Body { get; }

    internal static Function Around(IOperation operation, ISymbol containing)
    {
        var current = operation;
        while (current.Parent is { } parent)
        {
            switch (parent)
            {
                case IAnonymousFunctionOperation lambda:
                    return new Function(lambda.Symbol, lambda);
                case ILocalFunctionOperation local:
                    return new Function(local.Symbol, local);
                default:
                    current = parent;
                    break;
            }
        }

        return new Function(containing as IMethodSymbol, current);
    }

    /// <summary>
    /// Returns the first parameter of one of these types. One that is called <c>_</c> is left unused on purpose, an
    /// <c>out</c> has no value yet.
    /// </summary>
    internal IParameterSymbol? Parameter(Func<ITypeSymbol, bool> isWanted)
    {
        if (Symbol is null)
            return null;
        foreach (var parameter in Symbol.Parameters)
        {
            if (parameter.RefKind != RefKind.Out && isWanted(parameter.Type) && parameter.Name.Trim('_').Length > 0)
                return parameter;
        }

        return null;
    }
}
