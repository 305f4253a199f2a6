using System.Diagnostics;
using System.Threading.Channels;

namespace StopKit.Testing;

/// <summary>What a program has printed, and a reading position in it.</summary>
internal sealed class ProgramOutput
{
    private readonly Channel<string> _unread = Channel.CreateUnbounded<string>();
    private readonly List<(bool IsError, string Line)> _lines = [];

    internal ProgramOutput(Process process) =>
        HasEnded = ReadAsync(process.StandardOutput, process.StandardError);

    /// <summary>Gets a task that ends when every process that had the output has closed it.</summary>
    internal Task HasEnded { get; }

    internal IReadOnlyList<string> Lines(bool isError)
    {
        lock (_lines)
            return [.. _lines.Where(line => line.IsError == isError).Select(static line => line.Line)];
    }

    /// <summary>Reads on to a line with a text; null if there is none.</summary>
    internal async Task<(string? Line, bool HasEnded)> NextAsync(string text, TimeSpan limit)
    {
        using var timeUp = new CancellationTokenSource(limit);
        try
        {
            await foreach (var line in _unread.Reader.ReadAllAsync(timeUp.Token).ConfigureAwait(false))
            {
                if (line.Contains(text, StringComparison.Ordinal))
                    return (line, false);
            }

            return (null, true);
        }
        catch (OperationCanceledException)
        {
            return (null, false);
        }
    }

    private async Task ReadAsync(StreamReader output, StreamReader errors)
    {
        await Task.WhenAll(ReadAsync(output, isError: false), ReadAsync(errors, isError: true)).ConfigureAwait(false);
        _unread.Writer.Complete();
    }

    private async Task ReadAsync(StreamReader stream, bool isError)
    {
        while (await stream.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            lock (_lines)
                _lines.Add((isError, line));
            _unread.Writer.TryWrite(line);
        }
    }
}
