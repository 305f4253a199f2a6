namespace StopKit.Testing;

/// <summary>
/// The looks of one run that are numbered together: all of a single worker, or those of one member of a group. The
/// run's lock guards it.
/// </summary>
internal sealed class Lane(string name)
{
    internal const int MostKept = 1000;

    private readonly List<Look> _looks = [];

    internal string Name { get; } = name;

    internal int Count { get; private set; }

    internal int SinceStop { get; private set; }

    internal Look? Last { get; private set; }

    /// <summary>Gets the first looks; those after <see cref="MostKept"/> are only counted.</summary>
    internal IReadOnlyList<Look> Looks => _looks;

    internal void Add(Look look, bool isAfterStop)
    {
        Last = look;
        if (isAfterStop)
            SinceStop++;
        else if (++Count <= MostKept)
            _looks.Add(look);
    }
}
