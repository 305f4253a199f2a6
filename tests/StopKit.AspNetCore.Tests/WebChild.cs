using System.Runtime.InteropServices;

namespace StopKit.AspNetCore.Tests;

/// <summary>The web application in a process of its own, with Kestrel on a port that is free.</summary>
internal sealed class WebChild : IAsyncDisposable
{
    /// <summary>The Timeout of a test that starts one, in milliseconds.</summary>
    internal const int Limit = 120_000;

    internal const string ShortGrace = "--StopKit:Grace=00:00:01";
    internal const string ShortAbort = "--StopKit:AbortPeriod=00:00:00.5";

    /// <summary>For what ends at the abort: a busy machine must not make it late after that.</summary>
    internal const string LongAbort = "--StopKit:AbortPeriod=00:01:00";

    private readonly ChildProcess _process;

    private WebChild(ChildProcess process, Uri address)
    {
        _process = process;
        Address = address;
        Client = new HttpClient { BaseAddress = address, Timeout = ChildProcess.DefaultTimeout };
    }

    internal Uri Address { get; }

    internal HttpClient Client { get; }

    internal IReadOnlyList<string> Output => _process.Output.Lines;

    internal IReadOnlyList<string> Errors => _process.Errors.Lines;

    internal static async Task<WebChild> StartAsync(params string[] arguments)
    {
        var process = ChildProcess.Start(
            DotnetCommand.Host,
            [Path.Combine(AppContext.BaseDirectory, "StopKit.AspNetCore.TestChild.dll"), "--urls", "http://127.0.0.1:0", "--StopKit:Hint=", .. arguments]);
        var line = await process.WaitForLineAsync("listening: ");
        return new WebChild(process, new Uri(line["listening: ".Length..]));
    }

    internal Task<string> WaitForLineAsync(string text) => _process.WaitForLineAsync(text);

    internal void Signal(PosixSignal signal) => _process.Signal(signal);

    internal Task ShouldExitAsync(int code) => _process.ShouldExitAsync(code);

    internal Task<HttpResponseMessage> GetAsync(string path) => Client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

    public ValueTask DisposeAsync()
    {
        Client.Dispose();
        return _process.DisposeAsync();
    }
}
