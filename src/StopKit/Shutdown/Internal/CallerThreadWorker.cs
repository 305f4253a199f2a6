namespace StopKit;

/// <summary>The program's main on the thread that called <see cref="StopApp"/>, judged like any other worker.</summary>
internal sealed class CallerThreadWorker(Action<StopToken> main, WorkerOptions options) : Worker("main", options)
{
    private Thread? _thread;

    private protected override bool IsCallerInside => Thread.CurrentThread == _thread;

    private protected override void Launch()
    {
        _thread = Thread.CurrentThread;
        Exception? thrown = null;
        try
        {
            main(Source.Token);
        }
#pragma warning disable CA1031 // whatever main throws becomes an exit code and a message
        catch (Exception exception)
#pragma warning restore CA1031
        {
            thrown = exception;
        }

        End(Judge(thrown), thrown, cleanUpException: null);
    }
}
