#pragma warning disable STOPKIT001 // this is the program that does so
using System.IO.Pipes;
using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace StopKit.TestChild.Scenarios;

/// <summary>Cuts off, all at once, one body for each place that <see cref="ForcedStopMode.InterruptThenAbort"/> may find it in, and prints which have ended.</summary>
/// <remarks>In a process of its own, because this abort may crash it. So the bodies that run call nothing, which was never seen to.</remarks>
internal static partial class ForcedAbort
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly ManualResetEvent Never = new(initialState: false);
    private static readonly object Contended = new();

    // Read by compiled expressions too.
    private static volatile bool _isReleased;
    private static int _restsRun;
    private static int _inHandlers;

    /// <param name="expected">How many bodies will be cut off; the others have had the same time by then.</param>
    public static int Run(int expected)
    {
        (_isReleased, _restsRun) = (false, 0); // never released: what stays ends with the process
        using var source = new StopSource(new SlowTime());
        Monitor.Enter(Contended);
        Body[] bodies =
        [
            new("runs", Spin),
            new("runs and catches everything", SpinWhateverComes),
            new("sleeps", Sleep),
            new("takes a lock", TakeLock),
            new("waits for a handle", Wait),
            new("waits for a task", () => new TaskCompletionSource(TaskCreationOptions.None).Task.Wait()),
            new("waits again", WaitAgain),
            new("reads a pipe", () => WithPipe(pipe => pipe.ReadByte())),
            new("calls native code", () => WithPipe(pipe => NativeMethods.Read((int)pipe.SafePipeHandle.DangerousGetHandle(), new byte[1], 1))),
            new("runs in catch", () => InHandler(isFinally: false, Spin)),
            new("runs in finally after an exception", () => InHandler(isFinally: true, Spin)),
            new("waits in catch", () => InHandler(isFinally: false, Wait)),
            new("waits in finally after an exception", () => InHandler(isFinally: true, Wait)),
            new("runs in finally", SpinInFinally()),
        ];
        foreach (var body in bodies)
            body.Start(source.Token);
        SpinWait.SpinUntil(() => Volatile.Read(ref _inHandlers) == bodies.Count(body => body.IsInHandler), Patience);

        source.RequestAbort("too late");
        SpinWait.SpinUntil(() => bodies.Count(body => body.HasEnded) >= expected, Patience);
        Never.WaitOne(TimeSpan.FromMilliseconds(100));

        foreach (var body in bodies)
            Console.WriteLine(body);
        Console.WriteLine($"rests of finally blocks that ran: {_restsRun}");
        return 0;
    }

    public static int RunUnsupported()
    {
        // What a program that is compiled ahead of time says of itself.
        AppContext.SetSwitch("System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported", false);
        try
        {
            ForcedStop.Run(() => Console.WriteLine("runs"), StopToken.None);
        }
        catch (PlatformNotSupportedException exception)
        {
            Console.WriteLine($"{ForcedStop.IsSupported} {exception.Message}");
        }

        return 0;
    }

    private static void Spin()
    {
        while (!_isReleased)
        {
            // The place to be cut off at.
        }
    }

    private static void SpinWhateverComes()
    {
        while (!_isReleased)
        {
            try
            {
                Spin();
            }
            catch (Exception)
            {
                // It goes on, or so it thinks.
            }
        }
    }

    private static void Sleep()
    {
#pragma warning disable RS0030 // no pause of a test: a sleep is the place to be cut off at, and nobody waits for its end
        Thread.Sleep(Timeout.Infinite);
#pragma warning restore RS0030
    }

    private static void TakeLock()
    {
        lock (Contended)
            Console.WriteLine("has the lock");
    }

    private static void Wait() => Never.WaitOne();

    private static void WaitAgain()
    {
        try
        {
            Wait();
        }
        catch (ThreadInterruptedException)
        {
            Wait();
        }
    }

    private static void WithPipe(Action<PipeStream> read)
    {
        using var server = new AnonymousPipeServerStream(PipeDirection.In);
        using var client = new AnonymousPipeClientStream(PipeDirection.Out, server.ClientSafePipeHandle);
        read(server);
    }

    private static void InHandler(bool isFinally, Action action)
    {
        try
        {
            try
            {
                throw new InvalidOperationException("what the handlers are for");
            }
            finally
            {
                if (isFinally)
                    Enter();
            }
        }
        catch (InvalidOperationException)
        {
            if (!isFinally)
                Enter();
        }

        void Enter()
        {
            Interlocked.Increment(ref _inHandlers);
            action();
        }
    }

    /// <summary>Compiled at run time, and so optimized also in a debug build: only then is a finally block on the normal path ordinary code.</summary>
    private static Action SpinInFinally()
    {
        const System.Reflection.BindingFlags Private = System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static;
        var end = Expression.Label();
        var isReleased = Expression.Field(null, typeof(ForcedAbort).GetField(nameof(_isReleased), Private)!);
        var restsRun = Expression.Field(null, typeof(ForcedAbort).GetField(nameof(_restsRun), Private)!);
        var read = Expression.Call(typeof(Volatile).GetMethod(nameof(Volatile.Read), [typeof(bool).MakeByRefType()])!, isReleased);
        return Expression.Lambda<Action>(Expression.TryFinally(
            Expression.Empty(),
            Expression.Block(
                Expression.Loop(Expression.IfThen(read, Expression.Break(end)), end),
                Expression.PreIncrementAssign(restsRun)))).Compile();
    }

    private sealed class Body(string name, Action action)
    {
        private readonly StrongBox<string?> _task = new();
        private Thread? _thread;
        private string _ending = "returned";

        internal bool HasEnded => !_thread!.IsAlive;

        internal bool IsInHandler => name.Contains("catch", StringComparison.Ordinal) && !name.EndsWith("everything", StringComparison.Ordinal)
            || name.EndsWith("exception", StringComparison.Ordinal);

        private bool Spins => name.StartsWith("runs", StringComparison.Ordinal);

        /// <summary>Starts it, and returns when it is where it will be cut off: an abort before that would find running code.</summary>
        internal void Start(StopToken stop)
        {
            _thread = new Thread(() => Run(stop)) { IsBackground = true, Name = name };
            _thread.Start();
            if (!SpinWait.SpinUntil(() => Volatile.Read(ref _task.Value) is { } task && (Spins || IsAsleep(task)), Patience))
                throw new TimeoutException(name);
        }

        public override string ToString() => $"{name}: {(HasEnded ? _ending : "stays")}";

        private void Run(StopToken stop)
        {
            try
            {
                ForcedStop.Run(
                    () =>
                    {
                        Volatile.Write(ref _task.Value, Path.GetFileName(new FileInfo("/proc/thread-self").LinkTarget));
                        action();
                    },
                    stop,
                    ForcedStopMode.InterruptThenAbort);
            }
            catch (StopRequestedException exception)
            {
                _ending = $"cut off ({exception.Reason})";
            }
        }

        private static bool IsAsleep(string task)
        {
            var stat = File.ReadAllText($"/proc/self/task/{task}/stat");
            return stat[stat.LastIndexOf(')') + 2] == 'S';
        }
    }

    /// <summary>Twenty times as slow, so that what the interrupt has woken is where it goes before the abort comes, however busy the machine is.</summary>
    private sealed class SlowTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, dueTime * 20, period);
    }

    private static partial class NativeMethods
    {
        [LibraryImport("libc", EntryPoint = "read")]
        internal static partial nint Read(int file, Span<byte> buffer, nint count);
    }
}
