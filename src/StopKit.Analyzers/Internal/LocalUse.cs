namespace StopKit.Analyzers.Internal;

/// <summary>Follows an object from where it is made to where it is kept or ended.</summary>
internal static class LocalUse
{
    /// <summary>
    /// Returns the local that a new object is kept in, if nothing else is done with it in that statement and no
    /// <c>using</c> ends it.
    /// </summary>
    internal static ILocalSymbol? LocalOf(IOperation made)
    {
        var parent = made.Parent;
        while (parent is IConversionOperation)
            parent = parent.Parent;
        if (parent is not IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator })
            return null;
        for (var around = declarator.Parent;
            around is IVariableDeclarationOperation or IVariableDeclarationGroupOperation or IUsingDeclarationOperation or IUsingOperation;
            around = around.Parent)
        {
            if (around is IUsingDeclarationOperation or IUsingOperation)
                return null;
        }

        return declarator.Symbol;
    }

    /// <summary>
    /// Tells whether a local is used only by its own members, and by none that ends or keeps the object.
    /// </summary>
    internal static bool IsLeftBehind(ILocalSymbol local, IOperation body, Func<ISymbol, bool> isEnd)
    {
        foreach (var part in body.Descendants())
        {
            if (part is ILocalReferenceOperation reference
                && SymbolEqualityComparer.Default.Equals(reference.Local, local)
                && (MemberOf(reference) is not { } member || isEnd(member)
                    || Function.Around(reference, local.ContainingSymbol).Body != body))
            {
                return false; // ended, or handed to something that may end it
            }
        }

        return true;
    }

    private static ISymbol? MemberOf(IOperation reference) => reference.Parent switch
    {
        IInvocationOperation call when call.Instance == reference => call.TargetMethod,
        IPropertyReferenceOperation property when property.Instance == reference => property.Property,
        _ => null,
    };
}
