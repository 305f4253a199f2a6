using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace StopKit.Analyzers.Internal;

/// <summary>
/// What in a function depends on its tokens: linked sources, enumerators, flags that a registration sets, local
/// functions.
/// </summary>
/// <remarks>It rather takes too much for a carrier than too little: a rule that asks it must not cry wolf.</remarks>
internal sealed class StopCarriers
{
    // A flag by such a name is the way in which this code is stopped, whatever sets it.
    private static readonly Regex StopName = new(
        "stop|cancel|abort|shut|dispos|clos|running|terminat|exit|quit|complet|finish|done|alive|connected",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    private readonly HashSet<ISymbol> _carriers = new(SymbolEqualityComparer.Default);
    private readonly StopTypes _types;

    private StopCarriers(StopTypes types) => _types = types;

    /// <summary>
    /// Returns a search that reads each function of a block once: a method may have a thousand loops.
    /// </summary>
    /// <remarks>Thread-safe, since the loops of one method may be looked at side by side.</remarks>
    internal static Func<Function, StopCarriers> OnceForEachFunction(StopTypes types)
    {
        var found = new ConcurrentDictionary<IOperation, StopCarriers>();
        return function => found.GetOrAdd(function.Body, _ => In(function, types));
    }

    private static StopCarriers In(Function function, StopTypes types)
    {
        var carriers = new StopCarriers(types);
        foreach (var parameter in function.Symbol!.Parameters)
        {
            if (types.CarriesStop(parameter.Type))
                carriers._carriers.Add(parameter);
        }

        var parts = function.Body.DescendantsAndSelf().Where(
            static part => part is IInvocationOperation || part.Kind is OperationKind.ParameterReference
            or OperationKind.LocalReference or OperationKind.FieldReference or OperationKind.PropertyReference).ToList();
        int known;
        do
        {
            known = carriers._carriers.Count;
            foreach (var part in parts)
            {
                if (carriers.IsCarrier(part))
                    carriers.PassOn(part, function.Body);
            }
        }
        while (carriers._carriers.Count > known);

        return carriers;
    }

    /// <summary>Tells whether code looks at a stop, or hands on something by which a stop can be seen.</summary>
    internal bool AreTouchedBy(IOperation code)
    {
        foreach (var part in code.Descendants())
        {
            if (IsCarrier(part))
                return true;
        }

        return false;
    }

    private bool IsCarrier(IOperation part) => part switch
    {
        // "None" is no token; an argument that was left out is not written down.
        IPropertyReferenceOperation { Property: { Name: "None", IsStatic: true } } => false,
        IInvocationOperation call =>
            _carriers.Contains(call.TargetMethod) || _types.CarriesStop(call.Type) || IsFlag(call.TargetMethod, call.Type),
        _ => part.Named() is { } symbol && (_carriers.Contains(symbol) || _types.CarriesStop(part.Type) || IsFlag(symbol, part.Type)),
    };

    private static bool IsFlag(ISymbol symbol, ITypeSymbol? type) =>
        type is { SpecialType: SpecialType.System_Boolean } && StopName.IsMatch(symbol.Name);

    // Everything that the statement around a carrier writes, calls or hands it to may carry the stop from then on.
    private void PassOn(IOperation carrier, IOperation body)
    {
        var isSameStatement = true;
        for (IOperation? child = carrier, parent = carrier.Parent;
            parent is not null && parent != body;
            child = parent, parent = parent.Parent)
        {
            switch (parent)
            {
                case IAnonymousFunctionOperation:
                    isSameStatement = true;
                    break;
                case ILocalFunctionOperation local:
                    _carriers.Add(local.Symbol);
                    return;
                case IConditionalOperation conditional when conditional.Condition == child:
                    AddWritten(conditional);
                    break;
                case IBlockOperation:
                    isSameStatement = false;
                    break;
                case IVariableDeclaratorOperation declarator when isSameStatement:
                    _carriers.Add(declarator.Symbol);
                    break;
                case IAssignmentOperation assignment when isSameStatement && assignment.Target != child:
                    AddWritten(assignment);
                    break;
                case IInvocationOperation call when isSameStatement:
                    Add(call.Instance);
                    AddArguments(call.Arguments);
                    break;
                case IObjectCreationOperation creation when isSameStatement:
                    AddArguments(creation.Arguments);
                    break;
                case IForEachLoopOperation each when each.Collection == child:
                    _carriers.UnionWith(each.Locals);
                    break;
            }
        }
    }

    private void AddArguments(IEnumerable<IArgumentOperation> arguments)
    {
        foreach (var argument in arguments)
        {
            if (argument.Parameter?.RefKind is RefKind.Out or RefKind.Ref)
                Add(argument.Value);
            else if (argument.Value is IDelegateCreationOperation)
                AddWritten(argument.Value);
        }
    }

    private void AddWritten(IOperation code)
    {
        foreach (var part in code.DescendantsAndSelf())
        {
            switch (part)
            {
                case IAssignmentOperation assignment:
                    foreach (var target in assignment.Target.DescendantsAndSelf())
                        Add(target);
                    break;
                case IInvocationOperation call:
                    Add(call.Instance);
                    break;
            }
        }
    }

    private void Add(IOperation? operation)
    {
        // "channel.Writer" ends what waits for "channel.Reader".
        for (; operation.Named() is { } symbol; operation = (operation?.Unwrapped() as IMemberReferenceOperation)?.Instance)
            _carriers.Add(symbol);
    }
}
