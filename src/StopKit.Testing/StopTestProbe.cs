namespace StopKit.Testing;

/// <summary>Makes places that are no looks points at which an exploration stops the worker.</summary>
/// <remarks>
/// Make it in the scene: it belongs to the run whose <c>arrange</c> makes it, and does nothing outside of a run.
/// Thread safety: every member may be called from any thread. In a group its points are numbered apart from the looks
/// of the members.
/// </remarks>
public sealed class StopTestProbe
{
    private readonly Run? _run = Run.Current;

    /// <summary>Is a point, at which the worker may be stopped; returns after the request, if there is one.</summary>
    /// <param name="name">What the report calls it.</param>
    public void Point(string name) => _run?.Point(name);

    /// <summary>Makes an object whose calls are points before and after they are passed on.</summary>
    /// <typeparam name="T">The interface.</typeparam>
    /// <param name="target">What the calls are passed on to.</param>
    /// <returns>The object to use instead of <paramref name="target"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="target"/> is null.</exception>
    /// <exception cref="ArgumentException"><typeparamref name="T"/> is no interface.</exception>
    /// <remarks>
    /// The point after a call that returns a task comes when the task has ended. By <c>DispatchProxy</c>, so a method
    /// with a <c>ref struct</c> among its parameters cannot be called; use <see cref="Point"/> there.
    /// </remarks>
    public T Wrap<T>(T target)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(target);
        return typeof(T).IsInterface
            ? PointProxy.Wrap(target, this)
            : throw new ArgumentException($"{typeof(T).Name} is no interface. Wrap an interface, or call Point.", nameof(target));
    }
}
