using System.Reflection;
using System.Runtime.ExceptionServices;

namespace StopKit.Testing;

/// <summary>Passes the calls of an interface on, with a point before and after each.</summary>
#pragma warning disable CA1852 // the proxy is a class that is derived from it while the test runs
internal class PointProxy : DispatchProxy
#pragma warning restore CA1852
{
    private static readonly MethodInfo GenericTask = Own(nameof(AfterTask));
    private static readonly MethodInfo GenericValueTask = Own(nameof(AfterValueTask));

    private object _target = null!;
    private StopTestProbe _probe = null!;

    internal static T Wrap<T>(T target, StopTestProbe probe)
        where T : class
    {
        var proxy = Create<T, PointProxy>();
        ((PointProxy)(object)proxy)._target = target;
        ((PointProxy)(object)proxy)._probe = probe;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var name = targetMethod!.Name;
        _probe.Point($"before {name}");
        object? result;
        try
        {
            result = targetMethod.Invoke(_target, args);
        }
        catch (TargetInvocationException exception) when (exception.InnerException is { } thrown)
        {
            ExceptionDispatchInfo.Throw(thrown); // as if it had been called without the proxy
            throw;
        }

        var type = targetMethod.ReturnType;
        var isGeneric = type.IsGenericType;
        switch (result)
        {
            case Task task when !isGeneric:
                return EndAsync(task, name);
            case ValueTask task:
                return new ValueTask(EndAsync(task.AsTask(), name));
            case Task when type.GetGenericTypeDefinition() == typeof(Task<>):
                return GenericTask.MakeGenericMethod(type.GetGenericArguments()).Invoke(this, [result, name]);
            case not null when isGeneric && type.GetGenericTypeDefinition() == typeof(ValueTask<>):
                return GenericValueTask.MakeGenericMethod(type.GetGenericArguments()).Invoke(this, [result, name]);
            default:
                _probe.Point($"after {name}");
                return result;
        }
    }

    private static MethodInfo Own(string name) => typeof(PointProxy).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Instance)!;

    private async Task EndAsync(Task task, string name)
    {
        await task.ConfigureAwait(false);
        _probe.Point($"after {name}");
    }

    private async Task<T> AfterTask<T>(Task<T> task, string name)
    {
        var result = await task.ConfigureAwait(false);
        _probe.Point($"after {name}");
        return result;
    }

    private ValueTask<T> AfterValueTask<T>(ValueTask<T> task, string name) => new(AfterTask(task.AsTask(), name));
}
