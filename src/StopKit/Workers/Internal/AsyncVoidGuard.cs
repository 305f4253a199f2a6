using System.Reflection;
using System.Runtime.CompilerServices;

namespace StopKit;

/// <summary>Refuses async lambdas where a synchronous body is meant: the compiler takes them, as async void.</summary>
internal static class AsyncVoidGuard
{
    /// <param name="body">What a user handed us.</param>
    /// <param name="advice">What to call instead.</param>
    /// <param name="name">Left to the compiler: the name of the argument.</param>
    internal static void Refuse(Delegate body, string advice, [CallerArgumentExpression(nameof(body))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(body, name);
        if (body.Method.IsDefined(typeof(AsyncStateMachineAttribute)))
        {
            throw new ArgumentException(
                $"It is an async void method: it returns at its first await, and nothing can join the rest. {advice}", name);
        }
    }
}
