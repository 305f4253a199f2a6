using System.Diagnostics;

namespace StopKit.ProcessTests.Support;

/// <summary>A shell script as a <see cref="ProcessWorker"/>, whose lines a test can wait for. Nothing of it outlives the test.</summary>
internal sealed class ShellWorker : IAsyncDisposable
{
    /// <summary>Options of a worker that is not abandoned because the machine is busy.</summary>
    public static readonly WorkerOptions Patient = new() { AbortPeriod = ChildProcess.DefaultTimeout };

    private readonly ProcessFamily _family = new();

    private ShellWorker(string script, Func<Action<string>, ProcessWorkerOptions>? options, Action<ProcessStartInfo>? configure)
    {
        Output = new OutputLines("stdout", () => $"The worker is {Worker}.");
        // An ignored signal is inherited, and a test runner may have been started with one.
        var start = new ProcessStartInfo("env", ["--default-signal", "sh", "-c", script]);
        _family.Adopt(start);
        configure?.Invoke(start);
        Worker = new ProcessWorker(start, "shell", options?.Invoke(Output.Add) ?? new ProcessWorkerOptions
        {
            OutputLine = Output.Add,
            OutputLimit = ChildProcess.DefaultTimeout,
            Worker = Patient,
        });
    }

    public ProcessWorker Worker { get; }

    public OutputLines Output { get; }

    /// <summary>Gets the process and its descendants that run now.</summary>
    public IReadOnlyList<ProcessIdentity> Family => _family.Members();

    /// <summary>Makes a worker that is not started.</summary>
    /// <param name="script">What the shell runs.</param>
    /// <param name="options">Makes the options, given what takes the lines of its output.</param>
    /// <param name="configure">May change what is started.</param>
    public static ShellWorker Make(
        string script, Func<Action<string>, ProcessWorkerOptions>? options = null, Action<ProcessStartInfo>? configure = null) => new(script, options, configure);

    /// <summary>Starts a script that prints <c>ready</c> and returns when it has.</summary>
    public static async Task<ShellWorker> StartAsync(
        string script, Func<Action<string>, ProcessWorkerOptions>? options = null, Action<ProcessStartInfo>? configure = null)
    {
        var shell = Make(script, options, configure);
        try
        {
            shell.Worker.Start();
            await shell.Output.WaitForLineAsync("ready");
            return shell;
        }
        catch
        {
            await shell.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a script to its own end.</summary>
    public async Task<WorkerResult> RunAsync()
    {
        Worker.Start();
        return await EndAsync();
    }

    public Task<WorkerResult> EndAsync() => Worker.Completion.WaitAsync(ChildProcess.DefaultTimeout);

    public async ValueTask DisposeAsync()
    {
        await _family.KillAsync();
        await Worker.DisposeAsync();
    }
}
