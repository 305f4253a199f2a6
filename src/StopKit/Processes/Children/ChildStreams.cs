using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace StopKit;

/// <summary>The redirected input and outputs of the process of a worker.</summary>
/// <param name="name">The name of the worker.</param>
/// <param name="options">Its options.</param>
/// <param name="time">The worker's clock, which limits the wait for the end of the output.</param>
/// <param name="logger">Where it logs.</param>
internal sealed class ChildStreams(string name, ProcessWorkerOptions options, TimeProvider time, ILogger logger)
{
    private readonly List<(OutputPump Pump, string Stream)> _pumps = [];
    private volatile StreamWriter? _input;

    /// <summary>Gets what writes to the input; null before the start, or if it is not redirected.</summary>
    internal StreamWriter? Input => _input;

    /// <summary>Begins to read what is redirected.</summary>
    internal void Connect(Process process)
    {
        if (process.StartInfo.RedirectStandardInput)
            _input = process.StandardInput;
        if (process.StartInfo.RedirectStandardOutput)
            Connect(process.StandardOutput, "stdout", options.OutputLine);
        if (process.StartInfo.RedirectStandardError)
            Connect(process.StandardError, "stderr", options.ErrorLine);
    }

    /// <summary>
    /// Closes the input on a thread of its own: .NET waits for a write that is blocked there, on a pipe that is full.
    /// </summary>
    internal Task CloseInputAsync() => _input is not { } input ? Task.CompletedTask : OwnThread.RunAsync($"{name} stdin", () =>
    {
        try
        {
            // The stream itself: the writer may be in use by another thread, and has nothing of its own to flush.
            input.BaseStream.Dispose();
        }
        catch (IOException)
        {
            // The process does not read any more.
        }

        return true;
    });

    /// <summary>Waits until all output was handed out, or for the limit; then the rest is dropped.</summary>
    internal void ReadToEnd(int processId)
    {
        using var limit = new TimeLimit(options.OutputLimit, time);
        while (!_pumps.TrueForAll(static output => output.Pump.Ended.IsCompleted) && !limit.IsOver)
            limit.Pause();
        foreach (var (pump, stream) in _pumps.Where(static output => !output.Pump.Ended.IsCompleted))
        {
            pump.Abandon();
            ChildLog.OutputHeld(logger, name, stream, processId);
        }
    }

    private void Connect(StreamReader reader, string stream, Action<string>? callback) => _pumps.Add((
        OutputPump.Start(
            reader,
            $"{name} {stream}",
            callback ?? (line => ChildLog.Line(logger, name, stream, line)),
            exception => ChildLog.LineFailed(logger, name, stream, exception)),
        stream));
}
