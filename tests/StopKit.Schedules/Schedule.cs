namespace StopKit.Schedules;

/// <summary>One random program over the library, and the invariants that must hold while it runs and after it.</summary>
/// <remarks>Immutable: it can be run any number of times. <see cref="object.ToString"/> returns it as a reader wants to see it.</remarks>
public abstract class Schedule
{
    /// <summary>Runs it once.</summary>
    /// <param name="team">Runs what is to happen at the same time.</param>
    /// <param name="unit">The length of one unit of time, for schedules on the system's clock.</param>
    /// <exception cref="ScheduleException">An invariant was broken.</exception>
    public abstract void Run(Team team, TimeSpan unit);

    /// <summary>Leaves out one thing at a time, for a failure that is easier to read.</summary>
    /// <returns>Schedules that are a little smaller, the much smaller ones first.</returns>
    public virtual IEnumerable<Schedule> Smaller() => [];

    /// <summary>Returns lists that lack one item each.</summary>
    /// <typeparam name="T">What an item is.</typeparam>
    /// <param name="items">The list.</param>
    /// <returns>The shorter lists.</returns>
    protected static IEnumerable<IReadOnlyList<T>> WithoutOne<T>(IReadOnlyList<T> items) =>
        Enumerable.Range(0, items.Count).Select(left => (IReadOnlyList<T>)[.. items.Where((_, place) => place != left)]);

    /// <summary>Returns lists of lanes that lack one lane, or one step of a lane, each.</summary>
    /// <typeparam name="T">What a step is.</typeparam>
    /// <param name="lanes">The lanes.</param>
    /// <returns>The smaller lists.</returns>
    protected static IEnumerable<IReadOnlyList<IReadOnlyList<T>>> WithoutOneStep<T>(IReadOnlyList<IReadOnlyList<T>> lanes) =>
        WithoutOne(lanes).Concat(Enumerable.Range(0, lanes.Count).SelectMany(
            number => WithoutOne(lanes[number]).Select(shorter => (IReadOnlyList<IReadOnlyList<T>>)[.. lanes.Select((lane, place) => place == number ? shorter : lane)])));
}
