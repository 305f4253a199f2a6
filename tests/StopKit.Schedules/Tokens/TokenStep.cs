using CsCheck;

namespace StopKit.Schedules.Tokens;

/// <summary>What a step does to a source, and a callback when it is called.</summary>
public enum TokenOperation
{
    /// <summary>Requests a stop.</summary>
    Stop,

    /// <summary>Requests a stop with a grace.</summary>
    StopWithGrace,

    /// <summary>Requests an abort.</summary>
    Abort,

    /// <summary>Sets a deadline for the stop.</summary>
    StopAfter,

    /// <summary>Moves the clock on.</summary>
    Advance,

    /// <summary>Disposes the source.</summary>
    Dispose,

    /// <summary>Makes a new source below this one and another.</summary>
    Link,

    /// <summary>Makes a shield of this one.</summary>
    Shield,

    /// <summary>Registers a stop callback.</summary>
    OnStop,

    /// <summary>Registers an abort callback.</summary>
    OnAbort,

    /// <summary>Unregisters a callback, of whatever source.</summary>
    Unregister,

    /// <summary>Disposes the registration of a callback, of whatever source.</summary>
    DisposeRegistration,

    /// <summary>Waits for the stop, on the thread.</summary>
    Wait,

    /// <summary>Waits for the stop without a thread.</summary>
    WaitAsync,

    /// <summary>Waits for the stop or a handle that is never signaled.</summary>
    WaitHandle,

    /// <summary>Looks at the state.</summary>
    Look,

    /// <summary>Takes the cancellation tokens.</summary>
    TakeTokens,

    /// <summary>Throws; only in callbacks.</summary>
    Throw,

    /// <summary>Unregisters the running callback itself; only in callbacks.</summary>
    UnregisterSelf,

    /// <summary>Disposes the registration of the running callback itself; only in callbacks.</summary>
    DisposeSelf,
}

/// <summary>One step of a lane.</summary>
/// <param name="Operation">What it does.</param>
/// <param name="Source">To which source, modulo the number of those that there are.</param>
/// <param name="Other">The second source, or the registration, in the same way.</param>
/// <param name="Milliseconds">A time on the fake clock.</param>
/// <param name="Deed">What a registered callback does.</param>
public sealed record TokenStep(TokenOperation Operation, int Source, int Other, int Milliseconds, TokenOperation Deed)
{
    private static readonly Gen<TokenOperation> Deeds = Gen.Frequency(
        (8, TokenOperation.Look), (1, TokenOperation.Throw), (2, TokenOperation.Stop), (2, TokenOperation.Abort), (1, TokenOperation.Dispose),
        (1, TokenOperation.OnStop), (1, TokenOperation.OnAbort), (1, TokenOperation.Unregister), (1, TokenOperation.UnregisterSelf),
        (1, TokenOperation.DisposeSelf), (1, TokenOperation.Link), (1, TokenOperation.StopWithGrace));

    private static readonly Gen<TokenOperation> Operations = Gen.Frequency(
        (6, TokenOperation.Stop), (3, TokenOperation.StopWithGrace), (3, TokenOperation.Abort), (2, TokenOperation.StopAfter), (3, TokenOperation.Advance),
        (4, TokenOperation.Dispose), (2, TokenOperation.Link), (1, TokenOperation.Shield), (4, TokenOperation.OnStop), (3, TokenOperation.OnAbort),
        (2, TokenOperation.Unregister), (2, TokenOperation.DisposeRegistration), (1, TokenOperation.Wait), (1, TokenOperation.WaitAsync),
        (1, TokenOperation.WaitHandle), (3, TokenOperation.Look), (1, TokenOperation.TakeTokens));

    private static readonly Gen<TokenOperation> SequentialOperations = Operations.Where(static operation =>
        operation is not (TokenOperation.Wait or TokenOperation.WaitAsync or TokenOperation.WaitHandle or TokenOperation.Look));

    /// <summary>Gets the generator for lanes that run beside others.</summary>
    public static Gen<TokenStep> Any { get; } = Make(Operations);

    /// <summary>Gets the generator for a single lane, without waits.</summary>
    public static Gen<TokenStep> AnySequential { get; } = Make(SequentialOperations);

    private static Gen<TokenStep> Make(Gen<TokenOperation> operations) => Gen.Select(
        operations, Gen.Int[0, 999], Gen.Int[0, 999], Gen.Int[0, 30], Deeds, static (operation, source, other, time, deed) =>
            new TokenStep(operation, source, other, time, deed));

    /// <summary>Gets a value indicating whether it may dispose its source.</summary>
    public bool MayDispose => Operation == TokenOperation.Dispose
        || (Operation is TokenOperation.OnStop or TokenOperation.OnAbort && Deed == TokenOperation.Dispose);

    /// <summary>Says what it does in a tree of so many sources.</summary>
    /// <param name="sources">How many sources there are before anything happens; steps that name a new one are told apart by a tilde.</param>
    /// <returns>The text.</returns>
    public string ToString(int sources)
    {
        var source = $"s{Source % sources}";
        var other = $"s{Other % sources}";
        return Operation switch
        {
            TokenOperation.StopWithGrace => $"{source}.Stop(grace {Milliseconds} ms)",
            TokenOperation.StopAfter => $"{source}.StopAfter({Milliseconds} ms)",
            TokenOperation.Advance => $"clock + {Milliseconds} ms",
            TokenOperation.Link => $"new below {source} {other}",
            TokenOperation.Shield => $"new shield of {source}",
            TokenOperation.OnStop or TokenOperation.OnAbort => $"{source}.{Operation}({Deed}{(Deed is TokenOperation.Look or TokenOperation.Throw ? "" : $" {other}")})",
            TokenOperation.Unregister or TokenOperation.DisposeRegistration => $"{Operation} #{Other}",
            TokenOperation.Wait or TokenOperation.WaitAsync or TokenOperation.WaitHandle => $"{source}.{Operation}({Milliseconds} ms)",
            _ => $"{source}.{Operation}",
        };
    }
}
