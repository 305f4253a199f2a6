namespace StopKit.Analyzers.Internal;

/// <summary>Knows the calls that hold up their thread until something else happens.</summary>
internal static class Blocking
{
    private static readonly HashSet<string> Calls =
    [
        "Thread.Sleep", "Thread.Join", "WaitHandle.WaitOne", "WaitHandle.WaitAll", "WaitHandle.WaitAny", "WaitHandle.SignalAndWait",
        "Task.Wait", "Task.WaitAll", "Task.WaitAny", "SemaphoreSlim.Wait", "ManualResetEventSlim.Wait", "CountdownEvent.Wait",
        "Barrier.SignalAndWait", "Monitor.Wait", "BlockingCollection.Take", "Process.WaitForExit", "Console.ReadLine", "Console.ReadKey",
        "TaskAwaiter.GetResult", "ValueTaskAwaiter.GetResult", "ConfiguredTaskAwaiter.GetResult", "ConfiguredValueTaskAwaiter.GetResult",
        "StopToken.Wait", "StopEvent.Wait", "Worker.Join", "Worker.TryJoin", "Worker.Stop", "Join.All", "JoinExtensions.JoinAll",
    ];

    /// <summary>Tells whether an operation blocks; a look that waits no time (<c>WaitOne(0)</c>) does not.</summary>
    internal static bool Is(IOperation operation, StopTypes types) => operation switch
    {
        IInvocationOperation call => IsCall(call) && !WaitsNoTime(call),
        IPropertyReferenceOperation { Property.Name: "Result" } property => types.IsTask(property.Property.ContainingType),
        _ => false,
    };

    /// <summary>Tells whether the time that a call may wait is a constant zero.</summary>
    internal static bool WaitsNoTime(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Value.Unwrapped() is { } value
                && (value.ConstantValue is { HasValue: true, Value: 0 }
                    || value is IFieldReferenceOperation { Field: { Name: "Zero", ContainingType.Name: "TimeSpan" } }))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsCall(IInvocationOperation call)
    {
        var type = call.TargetMethod.ContainingType;
        return type is not null && Calls.Contains(type.Name + "." + call.TargetMethod.Name) && Root(type) is "System" or "StopKit";
    }

    private static string? Root(INamedTypeSymbol type)
    {
        var space = type.ContainingNamespace;
        while (space is { IsGlobalNamespace: false, ContainingNamespace.IsGlobalNamespace: false })
            space = space.ContainingNamespace;
        return space?.Name;
    }
}
