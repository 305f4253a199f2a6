using CsCheck;

namespace StopKit.Schedules;

/// <summary>A part of the library with the generator of its schedules.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Schedules">Makes schedules, small ones as well as large ones.</param>
/// <param name="SideBySide">How many schedules run at the same time: more than one where they mostly wait.</param>
public sealed record Area(string Name, Gen<Schedule> Schedules, int SideBySide)
{
    /// <summary>Gets all areas.</summary>
    public static IReadOnlyList<Area> All { get; } =
    [
        Tokens.TokenArea.Area,
        Groups.GroupArea.Area,
        Groups.GroupArea.PoolArea,
        new("queues", Queues.QueueRace.Any, SideBySide: 1),
        new("workers", Workers.WorkerRace.Any, SideBySide: 2),
        new("events", Events.EventRace.Any, SideBySide: 1),
    ];
}
