namespace StopKit.TestChild.Scenarios;

/// <summary>A tree of workers as the program; on demand one leaf of it is stuck.</summary>
internal static class GroupProgram
{
    private static readonly ManualResetEventSlim Never = new();

    public static Task<int> RunAsync(bool isStuck, string[] args)
    {
        var app = new WorkerGroup("app");
        var mail = new WorkerGroup("mail");
        var outgoing = new WorkerGroup("out");
        app.Add("database", Wait);
        app.Add(mail, order: 1);
        mail.Add("receiver", Wait);
        mail.Add(outgoing, order: 1);
        outgoing.Add("sender-1", Wait);
        outgoing.Add("sender-3", stop =>
        {
            stop.Checkpoint("Drain", "/src/mail/Mailer.cs", 42);
            Console.WriteLine("ready");
            if (isStuck)
                Never.Wait();
            Wait(stop);
        });
        return StopApp.RunAsync(app, ShutdownArguments.Parse(args));
    }

    private static void Wait(StopToken stop)
    {
        stop.Wait();
        Console.WriteLine("a worker ends");
    }
}
