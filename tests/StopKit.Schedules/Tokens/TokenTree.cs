using CsCheck;

namespace StopKit.Schedules.Tokens;

/// <summary>How a source of a tree is made.</summary>
public enum SourceKind
{
    /// <summary>It has no parent.</summary>
    Root,

    /// <summary>It is linked to one or more parents.</summary>
    Linked,

    /// <summary>It is a shield: it does not see the stop of its parent, only the abort.</summary>
    Shield,
}

/// <summary>A source of a tree, with the numbers of its parents, which are all smaller than its own.</summary>
/// <param name="Kind">How it is made.</param>
/// <param name="Parents">Its parents.</param>
public sealed record SourceSpec(SourceKind Kind, IReadOnlyList<int> Parents)
{
    /// <inheritdoc/>
    public override string ToString() => Kind == SourceKind.Root ? "root" : $"{(Kind == SourceKind.Shield ? "shield of" : "below")} {string.Join(" ", Parents.Select(static p => $"s{p}"))}";
}

/// <summary>A tree (rather a web) of sources, as it is before anything happens.</summary>
/// <param name="Sources">The sources; the number of each is its place.</param>
public sealed record TokenTree(IReadOnlyList<SourceSpec> Sources)
{
    private static readonly Gen<(SourceKind Kind, int[] Parents)> Spec = Gen.Select(
        Gen.Frequency((1, SourceKind.Root), (6, SourceKind.Linked), (2, SourceKind.Shield)), Gen.Int[0, 1000].Array[1, 3]);

    /// <summary>Gets the generator.</summary>
    public static Gen<TokenTree> Any { get; } = Spec.Array[1, 8].Select(static specs => new TokenTree([.. specs.Select(Normal)]));

    /// <summary>Gets how many sources there are.</summary>
    public int Count => Sources.Count;

    /// <summary>Returns trees that lack the last source, or one parent of a source.</summary>
    /// <returns>The smaller trees.</returns>
    public IEnumerable<TokenTree> Smaller()
    {
        if (Count > 1)
            yield return new TokenTree([.. Sources.Take(Count - 1)]);
        for (var number = 0; number < Count; number++)
        {
            foreach (var parent in Sources[number].Parents)
            {
                IReadOnlyList<int> fewer = [.. Sources[number].Parents.Where(other => other != parent)];
                var spec = new SourceSpec(fewer.Count == 0 ? SourceKind.Root : Sources[number].Kind, fewer);
                yield return new TokenTree([.. Sources.Select((source, place) => place == number ? spec : source)]);
            }
        }
    }

    /// <summary>Finds every source below another one.</summary>
    /// <param name="ancestor">The upper source.</param>
    /// <param name="withShields">Whether links that pass on only the abort count.</param>
    /// <returns>Their numbers.</returns>
    public HashSet<int> Below(int ancestor, bool withShields)
    {
        HashSet<int> below = [ancestor];
        for (var number = ancestor + 1; number < Count; number++)
        {
            if ((withShields || Sources[number].Kind != SourceKind.Shield) && Sources[number].Parents.Any(below.Contains))
                below.Add(number);
        }

        below.Remove(ancestor);
        return below;
    }

    /// <summary>Makes the sources.</summary>
    /// <param name="time">Their clock.</param>
    /// <returns>The sources, all running.</returns>
    public List<StopSource> Make(TimeProvider time)
    {
        var made = new List<StopSource>();
        foreach (var spec in Sources)
            made.Add(Make(spec.Kind, [.. spec.Parents.Select(parent => made[parent].Token)], time));
        return made;
    }

    /// <summary>Makes one source.</summary>
    /// <param name="kind">How.</param>
    /// <param name="parents">The parents.</param>
    /// <param name="time">The clock of one without parents.</param>
    /// <returns>The source.</returns>
    public static StopSource Make(SourceKind kind, StopToken[] parents, TimeProvider time) => kind switch
    {
        SourceKind.Root => new StopSource(time),
        SourceKind.Shield => parents[0].Shield(Timeout.InfiniteTimeSpan),
        _ => parents.Length == 1 ? StopSource.LinkedTo(parents[0]) : StopSource.LinkedTo(parents),
    };

    /// <inheritdoc/>
    public override string ToString() => string.Join("\n", Sources.Select(static (source, number) => $"  s{number}: {source}"));

    private static SourceSpec Normal((SourceKind Kind, int[] Parents) spec, int number)
    {
        if (number == 0 || spec.Kind == SourceKind.Root)
            return new(SourceKind.Root, []);
        var parents = spec.Parents.Select(parent => parent % number).Distinct();
        return new(spec.Kind, [.. spec.Kind == SourceKind.Shield ? parents.Take(1) : parents]);
    }
}
