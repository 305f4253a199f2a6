using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace StopKit.Testing;

/// <summary>Runs a real program, reads what it prints, signals it, and sees how it ends and what it leaves behind.</summary>
/// <remarks>
/// <para>
/// Every failure is a <see cref="StopTestException"/> with all that the program has printed. Nothing that it has started
/// outlives <see cref="DisposeAsync"/>, also if it has left the tree of the program: on Linux it is known by a variable
/// that it inherits, elsewhere only the tree of a program that still runs is.
/// </para>
/// <para>
/// Every signal has its default effect in the program, also if the tests were started with one ignored, where the
/// system's <c>env</c> can see to that.
/// </para>
/// <para>
/// Thread safety: every member may be called from any thread, <see cref="UntilLine"/> by one at a time. After
/// <see cref="DisposeAsync"/> the lines can still be read; nothing else is to be called.
/// </para>
/// </remarks>
public sealed class ProgramTest : IAsyncDisposable
{
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly ProgramFamily _family;
    private readonly ProgramOutput _output;
    private readonly string _name;
    private readonly Task _exit;

    private ProgramTest(ProcessStartInfo start, string name)
    {
        _name = name;
        _family = new ProgramFamily(start);
        _process = Process.Start(start)!;
        ProcessId = _process.Id;
        _exit = _process.WaitForExitAsync();
        _output = new ProgramOutput(_process);
    }

    /// <summary>Gets the ID of the program's process.</summary>
    public int ProcessId { get; }

    /// <summary>Gets the input of the program; it ends when this is closed.</summary>
    public StreamWriter Input => _process.StandardInput;

    /// <summary>Gets the lines on stdout so far.</summary>
    public IReadOnlyList<string> Output => _output.Lines(isError: false);

    /// <summary>Gets the lines on stderr so far.</summary>
    public IReadOnlyList<string> Errors => _output.Lines(isError: true);

    /// <summary>Starts a program.</summary>
    /// <param name="program">
    /// A program, found as a shell does; or an assembly (<c>.dll</c>), which is run by <c>dotnet</c>: its path, or its
    /// file name if it is beside the test.
    /// </param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>
    /// A task that ends with the running program. It faults with <see cref="FileNotFoundException"/> if there is no such
    /// assembly; a program that is not found exits with 127 or is a <see cref="System.ComponentModel.Win32Exception"/>.
    /// </returns>
    /// <exception cref="ArgumentException"><paramref name="program"/> is empty.</exception>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static Task<ProgramTest> StartAsync(string program, params string[] arguments)
    {
        ArgumentException.ThrowIfNullOrEmpty(program);
        ArgumentNullException.ThrowIfNull(arguments);
        return StartAsync(new ProcessStartInfo(program, arguments));
    }

    /// <summary>Starts a program in a folder or with an environment of its own.</summary>
    /// <param name="start">
    /// What to start: its program, list of arguments, folder and environment count. It is not changed.
    /// </param>
    /// <returns>A task that ends with the running program, or faults as that of the other overload.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="start"/> is null.</exception>
    /// <exception cref="ArgumentException">The arguments are one string, and not a list.</exception>
    public static Task<ProgramTest> StartAsync(ProcessStartInfo start)
    {
        ArgumentNullException.ThrowIfNull(start);
        return start.Arguments.Length == 0
            ? RunAsync(start)
            : throw new ArgumentException("Put the arguments into ArgumentList, one by one.", nameof(start));
    }

    /// <summary>Waits for the next line, on stdout or stderr, that contains a text.</summary>
    /// <param name="text">The text; upper and lower case count.</param>
    /// <param name="within">How long at most, in real time; 30 s if null.</param>
    /// <returns>
    /// A task that ends with the whole line; a later call goes on behind it. It faults with
    /// <see cref="StopTestException"/> if there is none in that time, or the output has ended before.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    public async Task<string> UntilLine(string text, TimeSpan? within = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var limit = within ?? DefaultLimit;
        var (line, hasEnded) = await _output.NextAsync(text, limit).ConfigureAwait(false);
        if (line is not null)
            return line;
        if (hasEnded)
            await Task.WhenAny(_exit, RealTime.PauseAsync()).ConfigureAwait(false); // to tell the exit code, most of the time
        var end = hasEnded ? "before the output ended" : $"within {Text.Duration(limit)}";
        throw Failed($"No line with \"{text}\" {end}");
    }

    /// <summary>Sends a signal to the program alone.</summary>
    /// <param name="signal">The signal; a raw number of the system if it is positive.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="signal"/> is not known.</exception>
    /// <exception cref="PlatformNotSupportedException">Windows has no signals.</exception>
    /// <exception cref="StopTestException">The program has exited.</exception>
    public void Signal(PosixSignal signal)
    {
        // Once it has exited its ID may be given to another process.
        if (_process.HasExited)
            throw Failed($"{signal} came too late");
        if (!UnixSignal.TrySend(ProcessId, signal))
            throw Failed($"{signal} failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Waits for the end of the program, and of all that it has started.</summary>
    /// <param name="code">The exit code that it must have; 128 + n is that of a program which signal n has ended.</param>
    /// <param name="within">How long all of that may take, in real time.</param>
    /// <returns>
    /// A task that ends when all is well. It faults with <see cref="StopTestException"/> if the program has not ended by
    /// then, has another code, or leaves a process behind, which it names.
    /// </returns>
    public async Task ShouldExitAsync(int code, TimeSpan within)
    {
        var clock = Stopwatch.StartNew();
        if (await Task.WhenAny(_exit, Task.Delay(within, TimeProvider.System)).ConfigureAwait(false) != _exit)
            throw Failed($"It has not exited within {Text.Duration(within)}");

        // One that ends with the program may be there for a moment. What is left holds the output open.
        while (!_output.HasEnded.IsCompleted || _family.Members().Count > 0)
        {
            if (clock.Elapsed > within)
                break;
            await RealTime.PauseAsync().ConfigureAwait(false);
        }

        if (_process.ExitCode != code)
            throw Failed(FormattableString.Invariant($"Expected exit code {code}"));
        if (_family.Members() is { Count: > 0 } left)
            throw Failed($"It has left behind {string.Join(", ", left)}");
        if (!_output.HasEnded.IsCompleted)
            throw Failed("It has exited, and another process keeps its output open");
    }

    /// <summary>Kills the program, with its tree, and whatever it has left behind.</summary>
    /// <returns>A task that ends when none of them is left.</returns>
    public async ValueTask DisposeAsync()
    {
        var now = new ProcessStopOptions { Grace = TimeSpan.Zero };
        await _process.StopAsync(now).ConfigureAwait(false);
        // Again until none is left, because one may start another while it is being killed.
        for (var clock = Stopwatch.StartNew(); _family.Members() is { Count: > 0 } left && clock.Elapsed < DefaultLimit;)
        {
            foreach (var member in left)
                await ProcessStop.StopByIdAsync(member.Id, now).ConfigureAwait(false);
        }

        await Task.WhenAny(_output.HasEnded, Task.Delay(DefaultLimit, TimeProvider.System)).ConfigureAwait(false);
        _process.Dispose();
    }

    private static async Task<ProgramTest> RunAsync(ProcessStartInfo start)
    {
        var prepared = await ProgramStart.PrepareAsync(start).ConfigureAwait(false);
        return new ProgramTest(prepared, Path.GetFileName(start.FileName));
    }

    private StopTestException Failed(string what)
    {
        var state = _process.HasExited
            ? string.Create(CultureInfo.InvariantCulture, $"exited with {_process.ExitCode}")
            : "is running";
        string[] text =
        [
            string.Create(CultureInfo.InvariantCulture, $"{what}. {_name} (PID {ProcessId}) {state}."),
            "stdout:", .. Indented(Output), "stderr:", .. Indented(Errors),
        ];
        return new StopTestException(string.Join(Environment.NewLine, text), innerException: null);
    }

    private static IEnumerable<string> Indented(IReadOnlyList<string> lines) =>
        lines.Select(static line => $"  {line}").DefaultIfEmpty("  (nothing)");
}
