using System.Text;

namespace StopKit;

/// <summary>
/// Reads the lines of one stream of a child until it ends, on a thread of its own: reads of a pipe block, and the
/// thread pool must not pay for them.
/// </summary>
internal sealed class OutputPump
{
    internal const int LongestLine = 65_536;

    private readonly StreamReader _reader;
    private readonly Action<string> _handle;
    private readonly Action<Exception> _onFailure;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StringBuilder _line = new();
    private volatile bool _isAbandoned;
    private bool _hasFailed;

    private OutputPump(StreamReader reader, Action<string> handle, Action<Exception> onFailure) =>
        (_reader, _handle, _onFailure) = (reader, handle, onFailure);

    /// <summary>Gets a task that ends when every line was handed out.</summary>
    internal Task Ended => _ended.Task;

    internal static OutputPump Start(StreamReader reader, string name, Action<string> handle, Action<Exception> onFailure)
    {
        var pump = new OutputPump(reader, handle, onFailure);
        // In the worker's flow: a callback that waits for the worker waits for itself, and is refused.
        new Thread(pump.Run) { IsBackground = true, Name = name }.Start();
        return pump;
    }

    /// <summary>Hands out nothing more. The thread ends when the stream does, and nothing waits for that.</summary>
    internal void Abandon() => _isAbandoned = true;

    private void Run()
    {
        try
        {
            ReadLines();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The pipe broke: there is nothing more to read.
        }

        _reader.Dispose();
        _ended.SetResult();
    }

    private void ReadLines()
    {
        try
        {
            var buffer = new char[8192];
            for (var count = _reader.Read(buffer); count > 0; count = _reader.Read(buffer))
                Split(buffer.AsSpan(0, count));
            if (_line.Length > 0)
                HandOut();
        }
        catch (Exception e) when (e is not (IOException or ObjectDisposedException))
        {
            // The program's own encoding refuses what came. The rest is read all the same: the child would block.
            _onFailure(e);
            _reader.BaseStream.CopyTo(Stream.Null);
        }
    }

    private void Split(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var end = text.IndexOf('\n');
            var piece = end < 0 ? text : text[..end];
            var room = LongestLine - _line.Length;
            if (piece.Length > room)
            {
                _line.Append(piece[..room]);
                text = text[room..];
                HandOut();
                continue;
            }

            _line.Append(piece);
            if (end < 0)
                return;
            text = text[(end + 1)..];
            if (_line.Length > 0 && _line[^1] == '\r')
                _line.Length--;
            HandOut();
        }
    }

    private void HandOut()
    {
        var line = _line.ToString();
        _line.Clear();
        if (_isAbandoned)
            return;
        try
        {
            _handle(line);
        }
#pragma warning disable CA1031 // a callback that fails must not leave the pipe unread: the child would block
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (!_hasFailed)
                _onFailure(exception);
            _hasFailed = true;
        }
    }
}
