using Microsoft.Extensions.Logging.Abstractions;

namespace StopKit;

/// <summary>
/// What the sources of a group's stages share: they tell the group when the abort was brought forward, here or above.
/// </summary>
internal sealed class GroupContext(WorkerGroup group, TimeProvider time) : StopContext(time, NullLogger.Instance)
{
    internal override void OnAbortMoved() => group.OnAbortMoved();
}
