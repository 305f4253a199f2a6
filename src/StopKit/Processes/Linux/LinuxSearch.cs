using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace StopKit;

/// <summary>Finds the processes to stop on Linux.</summary>
internal static class LinuxSearch
{
    /// <summary>How old a fork is until it counts as a process that means to keep its parent's name.</summary>
    internal static readonly TimeSpan ForkLimit = TimeSpan.FromSeconds(1);

    private const double TicksPerSecond = 100; // of the times in /proc, on every architecture that .NET runs on

    /// <summary>Finds a process of which the caller has the .NET object.</summary>
    /// <param name="process">The process.</param>
    /// <param name="mark">Its mark, if it was started with one: then what it has started is found also after its own end.</param>
    /// <param name="number">Its <see cref="LimitMark"/>, if it was started with one.</param>
    /// <param name="options">The options.</param>
    /// <returns>The target; null if this process may not even see it.</returns>
    /// <exception cref="IOException">A process that another one has started cannot be looked at, for want of file descriptors.</exception>
    internal static StopTarget? Find(Process process, string? mark, long number, ProcessStopOptions options)
    {
        SpareFiles.Keep();
        var (id, owned) = (process.Id, OwnedProcess.Of(process));
        LinuxProcess? found = null;
        try
        {
            found = process.HasExited ? null : LinuxProcess.Open(id);
        }
        catch (IOException e) when (owned is not null && SpareFiles.AreNeededFor(e))
        {
            return new PortableTarget(process, owned, options.EntireTree, e); // .NET needs no descriptor for a child
        }

        // Only if it has not been reaped even now was it the process with this id just before.
        if (process.HasExited)
        {
            found?.Dispose();
            found = null;
        }
        else if (found is null && LinuxProcess.OutcomeOfMissing(id) == ProcessStopOutcome.AccessDenied)
        {
            return null;
        }

        return new LinuxTarget(id, found, owned, options.EntireTree ? new LinuxTree(found, mark, number) : null);
    }

    /// <summary>Finds the process that has an id now; null if there is none, or none that the caller may see.</summary>
    /// <exception cref="IOException">It cannot be looked at, for want of file descriptors.</exception>
    internal static StopTarget? Find(int processId, ProcessStopOptions options)
    {
        SpareFiles.Keep();
        return LinuxProcess.Open(processId) is { } found ? new LinuxTarget(found, options) : null;
    }

    /// <summary>Finds all processes of a name that the caller may signal.</summary>
    /// <param name="name">The name.</param>
    /// <param name="options">The options.</param>
    /// <param name="forkLimit">
    /// A fork has the name of its parent until it becomes a program of its own. One that is younger than this is looked at again, until it is not.
    /// </param>
    /// <remarks>It blocks for at most <paramref name="forkLimit"/>.</remarks>
    internal static IReadOnlyList<StopTarget> Find(string name, ProcessStopOptions options, TimeSpan forkLimit)
    {
        SpareFiles.Keep();
        var now = Encoding.ASCII.GetString(ProcFile.Read("uptime")!).Split(' ')[0];
        var oldest = TicksPerSecond * (double.Parse(now, CultureInfo.InvariantCulture) - forkLimit.TotalSeconds);
        using var limit = new TimeLimit(forkLimit, TimeProvider.System);
        var entries = ProcessTable.Read().Entries.Where(entry => IsMeant(entry, name)).ToList();
        while (!limit.IsOver && entries.Exists(IsYoungFork))
        {
            limit.Pause();
            entries = [.. entries.Select(Again).OfType<ProcessEntry>().Where(entry => IsMeant(entry, name))];
        }

        var targets = new List<StopTarget>();
        foreach (var entry in entries)
        {
            if (LinuxProcess.Open(entry.Identity) is not { } found)
                continue;
            if (found.Send(0) == StopTarget.Answer.Sent)
                targets.Add(new LinuxTarget(found, options));
            else
                found.Dispose(); // another user's, or gone
        }

        return targets;

        bool IsYoungFork(ProcessEntry entry) => entry.IsForkOnly && entry.Identity.StartTicks > oldest;

        ProcessEntry? Again(ProcessEntry entry) =>
            !IsYoungFork(entry) ? entry : ProcessEntry.Read(entry.Id) is { } again && again.Identity == entry.Identity ? again : null;
    }


    private static bool IsMeant(ProcessEntry entry, string name) =>
        ProcessStop.MayStop(entry.Id) && !entry.IsKernelThread && !entry.HasEnded && entry.Name() == name;
}
