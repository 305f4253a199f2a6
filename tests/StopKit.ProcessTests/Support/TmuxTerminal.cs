using System.Net.Sockets;

namespace StopKit.ProcessTests.Support;

/// <summary>A real terminal with a shell in it, whose keys are pressed by a test.</summary>
internal sealed class TmuxTerminal : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly ChildProcess _server;

    private TmuxTerminal(TempFolder folder, ChildProcess server)
    {
        _folder = folder;
        _server = server;
    }

    public static async Task<TmuxTerminal> StartAsync()
    {
        var folder = new TempFolder();
        var server = ChildProcess.Start("tmux", "-D", "-S", folder.PathOf("socket"), "-f", "/dev/null");
        var terminal = new TmuxTerminal(folder, server);
        await Eventually.BecomesTrueAsync(() => Answers(folder.PathOf("socket")));
        await terminal.RunAsync("new-session", "-d", "-x", "120", "-y", "50", "sh");
        return terminal;
    }

    /// <summary>Types a line.</summary>
    public Task TypeAsync(string line) => RunAsync("send-keys", "-l", line + "\n");

    /// <summary>Presses a key, by the name that tmux has for it.</summary>
    public Task PressAsync(string key) => RunAsync("send-keys", key);

    /// <summary>Closes the terminal under the programs that run on it.</summary>
    public Task CloseAsync() => RunAsync("kill-session");

    /// <summary>Waits until a text is on the screen.</summary>
    public async Task WaitForAsync(string text)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        IReadOnlyList<string> screen;
        while (!(screen = await ScreenAsync()).Any(line => line.Contains(text, StringComparison.Ordinal)))
        {
            if (watch.Elapsed > ChildProcess.DefaultTimeout)
                throw new TimeoutException($"No \"{text}\" on the screen:\n{string.Join('\n', screen)}");
        }
    }

    /// <summary>Gets the lines of the screen.</summary>
    public Task<IReadOnlyList<string>> ScreenAsync() => RunAsync("capture-pane", "-p");

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync(); // all that runs on the terminal is of its family
        _folder.Dispose();
    }

    // The file is there before anybody listens, and a client that finds nobody starts a server of its own.
    private static bool Answers(string socket)
    {
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            client.Connect(new UnixDomainSocketEndPoint(socket));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task<IReadOnlyList<string>> RunAsync(params string[] command)
    {
        await using var client = ChildProcess.Start("tmux", ["-S", _folder.PathOf("socket"), .. command]);
        (await client.WaitForExitAsync()).Should().Be(0, string.Join('\n', client.Errors.Lines));
        return client.Output.Lines;
    }
}
