using System.Diagnostics;
using System.Runtime.InteropServices;

namespace StopKit.TestSupport;

/// <summary>
/// A real process that a test starts, reads, signals and waits for. Nothing of it outlives <see cref="DisposeAsync"/>, whatever
/// it started and however the test ended.
/// </summary>
/// <remarks>
/// Every signal has its default effect in the child, also when the test runner was started with SIGINT ignored or blocked, which
/// a child inherits: it is started through <c>env --default-signal</c>, which then becomes the program, under the same ID.
/// </remarks>
public sealed class ChildProcess : IAsyncDisposable
{
    // What is waited for takes no time; the rest is for a machine that is busy with something else.
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan RetryPeriod = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly ProcessFamily _family = new();
    private readonly ProcessIdentity? _identity;
    private readonly string _commandLine;
    private readonly Task _reading;

    private ChildProcess(string program, string[] arguments, Action<ProcessStartInfo>? configure)
    {
        _commandLine = string.Join(' ', [program, .. arguments]);
        Output = new OutputLines("stdout", Describe);
        Errors = new OutputLines("stderr", Describe);

        var start = new ProcessStartInfo("env", ["--default-signal", program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _family.Adopt(start);
        configure?.Invoke(start);
        _process = Process.Start(start)!;
        _identity = ProcessIdentity.Find(_process.Id); // none if it is gone already
        _reading = Task.WhenAll(Output.ReadAsync(_process.StandardOutput), Errors.ReadAsync(_process.StandardError));
    }

    public int Id => _process.Id;

    public OutputLines Output { get; }

    public OutputLines Errors { get; }

    public StreamWriter Input => _process.StandardInput;

    /// <summary>Gets the child and its descendants that run now.</summary>
    public IReadOnlyList<ProcessIdentity> Family => _family.Members();

    /// <summary>Starts any program, found on the PATH like a shell does.</summary>
    public static ChildProcess Start(string program, params string[] arguments) => new(program, arguments, null);

    /// <summary>Starts any program; <paramref name="configure"/> may set its folder and environment.</summary>
    public static ChildProcess Start(Action<ProcessStartInfo> configure, string program, params string[] arguments) =>
        new(program, arguments, configure);

    /// <summary>Starts StopKit.TestChild, built for the target framework of these tests.</summary>
    public static ChildProcess StartTestChild(string scenario, params string[] arguments) =>
        Start(DotnetCommand.Host, [Path.Combine(AppContext.BaseDirectory, "StopKit.TestChild.dll"), scenario, .. arguments]);

    /// <summary>Waits for the next line on stdout that contains <paramref name="text"/>.</summary>
    public Task<string> WaitForLineAsync(string text, TimeSpan? timeout = null) => Output.WaitForLineAsync(text, timeout);

    /// <summary>Waits for the next line on stdout that matches.</summary>
    public Task<string> WaitForLineAsync(Func<string, bool> matches, TimeSpan? timeout = null) => Output.WaitForLineAsync(matches, timeout);

    public void Signal(PosixSignal signal) => Signal(SignalNumbers.Of(signal));

    public void Signal(int signal)
    {
        // Once it has exited, its ID may be somebody else's.
        if (_process.HasExited)
            throw new InvalidOperationException($"Signal {signal} came too late. {Describe()}");
        if (NativeMethods.Kill(Id, signal) != 0)
            throw new InvalidOperationException($"Signal {signal} failed: {Marshal.GetLastPInvokeErrorMessage()}. {Describe()}");
    }

    /// <summary>Signals again and again, the kinds in turn, until the process is gone.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> SignalUntilExitAsync(params PosixSignal[] signals)
    {
        var exit = WaitForExitAsync();
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        // Until it is reaped the ID is its own, so a signal that comes too late does no harm.
        for (var i = 0; !exit.IsCompleted && !_process.HasExited; i++)
        {
            _ = NativeMethods.Kill(Id, SignalNumbers.Of(signals[i % signals.Length]));
            await pause.WaitForNextTickAsync();
        }

        return await exit;
    }

    /// <summary>Waits until the process is gone and all that it printed was read; 128+n means that signal n ended it.</summary>
    /// <remarks>.NET gives no more than that: a program that returns 130 looks the same as one that SIGINT ended.</remarks>
    public async Task<int> WaitForExitAsync(TimeSpan? timeout = null)
    {
        var limit = timeout ?? DefaultTimeout;
        try
        {
            await _process.WaitForExitAsync().WaitAsync(limit);
            await _reading.WaitAsync(limit);
        }
        catch (TimeoutException)
        {
            var who = _process.HasExited ? "A descendant kept its output open" : "It did not exit";
            throw new TimeoutException($"{who} within {limit.TotalSeconds:0.###} s. {Describe()}");
        }

        if (_identity is { Exists: true })
            throw new InvalidOperationException($"The process is still there. {Describe()}");
        return _process.ExitCode;
    }

    /// <summary>Waits like <see cref="WaitForExitAsync"/>; if the code is another one, the failure shows what was printed.</summary>
    public async Task ShouldExitAsync(int exitCode, TimeSpan? timeout = null) =>
        (await WaitForExitAsync(timeout)).Should().Be(exitCode, "{0}", Describe());

    public async ValueTask DisposeAsync()
    {
        var end = Task.WhenAll(_process.WaitForExitAsync(), _reading);
        var watch = Stopwatch.StartNew();
        do
            await _family.KillAsync(); // again if it took too long: one that was just becoming another program was not seen
        while (await Task.WhenAny(end, Task.Delay(RetryPeriod, TimeProvider.System)) != end && watch.Elapsed < DefaultTimeout);
        await end.WaitAsync(TimeSpan.Zero);
        _process.Dispose();
    }

    private string Describe()
    {
        var state = _process.HasExited ? $"exited with {_process.ExitCode}" : "is running";
        return string.Join(
            Environment.NewLine,
            [$"PID {Id} {state}: {_commandLine}", "stdout:", .. Indented(Output), "stderr:", .. Indented(Errors)]);
    }

    private static IEnumerable<string> Indented(OutputLines lines) => lines.Lines.Select(line => $"  {line}").DefaultIfEmpty("  (nothing)");
}
