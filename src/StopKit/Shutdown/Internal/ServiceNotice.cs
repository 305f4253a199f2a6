using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace StopKit;

/// <summary>
/// Tells a service manager that the program is ready, and that it stops; prints the line that the options name for the
/// former.
/// </summary>
/// <remarks>
/// The protocol is systemd's, https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html: a datagram to the
/// socket that <c>NOTIFY_SOCKET</c> names, where a leading <c>@</c> stands for an abstract name. Each runs on a thread
/// of its own, because a reader may be slow.
/// </remarks>
internal static class ServiceNotice
{
    private static readonly BackgroundText Manager = new("StopKit notify", Send);
    private static readonly BackgroundText Output = new("StopKit ready", Console.Out.WriteLine);
    private static ShutdownSignals? _owner; // the outermost program; one inside of it has nothing to say about the process
    private static ShutdownSignals? _stopping; // the last one that has told of its stop, so that none tells twice

    private static string? Address => Environment.GetEnvironmentVariable("NOTIFY_SOCKET");

    /// <summary>Called before the root of a program is started.</summary>
    internal static void Begin(Worker root, ShutdownSignals signals)
    {
        Interlocked.CompareExchange(ref _owner, signals, null);
        var isOwner = _owner == signals && Address is not null;
        if (!isOwner && signals.Options.ReadyLine is null)
            return;
        if (isOwner)
            root.StopToken.OnStop(_ => Stopping(signals)); // a stop without a signal, such as by a failure
        root.WhenReady.ContinueWith(
            _ =>
            {
                if (isOwner)
                    Manager.Post(static () => "READY=1");
                if (signals.Options.ReadyLine is { } line)
                    Output.Post(() => line);
            },
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion,
            TaskScheduler.Default);
    }

    /// <summary>Called at the first signal, and when the root is asked to stop.</summary>
    internal static void Stopping(ShutdownSignals signals)
    {
        // Exchanged, because both may come at once.
        if (Volatile.Read(ref _owner) == signals && Address is not null && Interlocked.Exchange(ref _stopping, signals) != signals)
            Manager.Post(() => StoppingText(signals.Ceiling));
    }

    /// <summary>Called when the program has ended and the process goes on.</summary>
    internal static void End(ShutdownSignals signals) => Interlocked.CompareExchange(ref _owner, null, signals);

    /// <summary>
    /// Waits until everything is sent and printed, or <paramref name="limit"/> expired for one of them.
    /// </summary>
    internal static void Flush(TimeSpan limit)
    {
        if (Manager.Flush(limit))
            Output.Flush(limit);
    }

    /// <summary>
    /// Says that the program stops, and how long that may take: the manager would kill it after a limit of its own.
    /// </summary>
    private static string StoppingText(TimeSpan ceiling)
    {
        var limit = Timeouts.Sum(ceiling == Timeout.InfiniteTimeSpan ? Timeouts.Longest : ceiling, ShutdownSignals.LastWordsLimit);
        return string.Create(CultureInfo.InvariantCulture, $"STOPPING=1\nEXTEND_TIMEOUT_USEC={(long)limit.TotalMicroseconds}");
    }

    private static void Send(string state)
    {
        // Other kinds of address, such as vsock, are for managers outside of a virtual machine.
        if (Address is not ['/' or '@', ..] address)
            return;
        var name = address[0] == '@' ? $"\0{address[1..]}" : address;
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(name));
    }
}
