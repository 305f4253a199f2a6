namespace StopKit;

/// <summary>
/// The members of a group that have the same order: they are asked to stop together. The group's lock guards it.
/// </summary>
internal sealed class GroupStage
{
    internal GroupStage(int order, StopSource group, StopContext context)
    {
        Order = order;
        Source = new StopSource(context);
        // Aborts come from the group at once; the stop is the group's to request, stage by stage.
        group.Adopt(Source, abortOnly: true);
    }

    internal int Order { get; }

    internal StopSource Source { get; }

    /// <summary>How many members have not ended.</summary>
    internal int Alive { get; set; }
}
