using System.Runtime.CompilerServices;

namespace StopKit.Analyzers.Internal;

/// <summary>The types that the rules know, as one compilation sees them. All but the token may be missing.</summary>
internal sealed class StopTypes
{
    // One for all rules: to look a type up by its name costs more than most rules do.
    private static readonly ConditionalWeakTable<Compilation, StopTypes> Known = new();

    private readonly INamedTypeSymbol? _task;
    private readonly INamedTypeSymbol? _taskOfT;

    private StopTypes(Compilation compilation)
    {
        StopToken = compilation.GetTypeByMetadataName("StopKit.StopToken");
        StopSource = compilation.GetTypeByMetadataName("StopKit.StopSource");
        StopEvent = compilation.GetTypeByMetadataName("StopKit.StopEvent");
        StopFlag = compilation.GetTypeByMetadataName("StopKit.StopFlag");
        Worker = compilation.GetTypeByMetadataName("StopKit.Worker");
        CancellationToken = compilation.GetTypeByMetadataName("System.Threading.CancellationToken");
        CancellationSource = compilation.GetTypeByMetadataName("System.Threading.CancellationTokenSource");
        CanceledException = compilation.GetTypeByMetadataName("System.OperationCanceledException");
        WaitHandle = compilation.GetTypeByMetadataName("System.Threading.WaitHandle");
        Thread = compilation.GetTypeByMetadataName("System.Threading.Thread");
        Environment = compilation.GetTypeByMetadataName("System.Environment");
        Exception = compilation.GetTypeByMetadataName("System.Exception");
        _task = compilation.GetTypeByMetadataName("System.Threading.Tasks.Task");
        _taskOfT = compilation.GetTypeByMetadataName("System.Threading.Tasks.Task`1");
    }

    internal INamedTypeSymbol? StopToken { get; }

    internal INamedTypeSymbol? StopSource { get; }

    internal INamedTypeSymbol? StopEvent { get; }

    internal INamedTypeSymbol? StopFlag { get; }

    internal INamedTypeSymbol? Worker { get; }

    internal INamedTypeSymbol? CancellationToken { get; }

    internal INamedTypeSymbol? CancellationSource { get; }

    internal INamedTypeSymbol? CanceledException { get; }

    internal INamedTypeSymbol? WaitHandle { get; }

    internal INamedTypeSymbol? Thread { get; }

    internal INamedTypeSymbol? Environment { get; }

    internal INamedTypeSymbol? Exception { get; }

    /// <summary>Returns the types of a compilation, or null if it does not know StopKit.</summary>
    internal static StopTypes? Of(Compilation compilation)
    {
        var types = Known.GetValue(compilation, static compilation => new StopTypes(compilation));
        return types.StopToken is null ? null : types;
    }

    internal bool IsStopToken(ITypeSymbol? type) => Same(type, StopToken);

    internal bool IsToken(ITypeSymbol? type) => Same(type, StopToken) || Same(type, CancellationToken);

    internal bool IsTask(ITypeSymbol? type) => Same(type, _task) || Same(type?.OriginalDefinition, _taskOfT);

    internal bool IsWorker(ITypeSymbol? type) => Inherits(type, Worker);

    /// <summary>Tells whether a type is one through which a stop can be seen, or asked for.</summary>
    internal bool CarriesStop(ITypeSymbol? type) =>
        IsToken(type) || Same(type, CancellationSource) || Same(type, StopSource) || Same(type, StopEvent) || Same(type, StopFlag)
        || IsWorker(type);

    internal static bool Same(ITypeSymbol? type, ITypeSymbol? known) =>
        known is not null && SymbolEqualityComparer.Default.Equals(type, known);

    internal static bool Inherits(ITypeSymbol? type, ITypeSymbol? known)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (Same(type, known))
                return true;
        }

        return false;
    }
}
