namespace StopKit.ProcessTests.Processes;

/// <summary>The output and the input of a <see cref="ProcessWorker"/>.</summary>
public sealed class WorkerOutputTests
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task Both_streams_are_read_at_once_however_much_comes()
    {
        const int Bytes = 64 << 20;
        const string Line = "123456789 123456789 123456789 123456789 123456789 123456789 123";
        var (output, errors, others) = (0L, 0L, 0);
        await using var shell = ShellWorker.Make(
            $"yes '{Line}' | head -c {Bytes} & yes '{Line}' | head -c {Bytes} >&2 & wait",
            _ => new ProcessWorkerOptions { OutputLine = line => Count(line, ref output), ErrorLine = line => Count(line, ref errors) });

        (await shell.RunAsync()).Outcome.Should().Be(WorkerOutcome.Completed);

        (output, errors, others).Should().Be((Bytes / (Line.Length + 1), Bytes / (Line.Length + 1), 0));

        void Count(string line, ref long count)
        {
            if (line == Line)
                count++;
            else
                Interlocked.Increment(ref others);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task What_is_redirected_without_a_callback_goes_to_the_log()
    {
        var log = new ListLogger();
        await using var shell = ShellWorker.Make(
            "echo one; echo two >&2",
            _ => new ProcessWorkerOptions { Worker = new WorkerOptions { Logger = log } },
            start => (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true));

        await shell.RunAsync();

        log.Of(3103).Should().BeEquivalentTo("3103 shell stdout: one", "3103 shell stderr: two");
    }

    [Fact(Timeout = Limit)]
    public async Task In_a_group_it_goes_to_the_log_of_the_group()
    {
        var log = new ListLogger();
        await using var shell = ShellWorker.Make(
            "echo one", _ => new ProcessWorkerOptions(), static start => start.RedirectStandardOutput = true);
        var group = new WorkerGroup("app", options: new WorkerOptions { Logger = log });
        group.Add(shell.Worker);

        group.Start();
        await group.Completion.WaitAsync(ChildProcess.DefaultTimeout);

        log.Of(3103).Should().Equal("3103 shell stdout: one");
    }

    [Fact(Timeout = Limit)]
    public async Task What_the_programs_own_encoding_refuses_is_logged_and_the_rest_is_read()
    {
        var log = new ListLogger();
        await using var shell = ShellWorker.Make(
            "printf '\\377\\n'; head -c 1000000 /dev/zero",
            _ => new ProcessWorkerOptions { Worker = new WorkerOptions { Logger = log } },
            static start =>
            {
                start.RedirectStandardOutput = true;
                start.StandardOutputEncoding = new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true);
            });

        (await shell.RunAsync()).Outcome.Should().Be(WorkerOutcome.Completed);

        log.Entries.Should().ContainSingle(entry => entry.Id == 3104)
            .Which.Exception.Should().BeOfType<System.Text.DecoderFallbackException>();
    }

    [Fact(Timeout = Limit)]
    public async Task A_callback_that_throws_is_logged_once_and_the_lines_go_on()
    {
        var (log, lines) = (new ListLogger(), 0);
        await using var shell = ShellWorker.Make("seq 100000", _ => new ProcessWorkerOptions
        {
            Worker = new WorkerOptions { Logger = log },
            OutputLimit = ChildProcess.DefaultTimeout,
            OutputLine = _ =>
            {
                lines++;
                throw new InvalidOperationException("broken callback");
            },
        });

        (await shell.RunAsync()).Outcome.Should().Be(WorkerOutcome.Completed);

        lines.Should().Be(100_000);
        log.Of(3104).Should().ContainSingle();
    }

    [Fact(Timeout = Limit)]
    public async Task A_callback_may_ask_the_worker_to_stop_but_not_wait_for_it()
    {
        ShellWorker? started = null;
        Exception? refusal = null;
        await using var shell = ShellWorker.Make("echo ready; exec sleep 600", _ => new ProcessWorkerOptions
        {
            OutputLine = _ =>
            {
                refusal = Record.Exception(() => started!.Worker.Stop());
                started!.Worker.RequestStop("by the callback");
            },
        });
        started = shell;

        var result = await shell.RunAsync();

        (result.Outcome, result.Reason!.Message).Should().Be((WorkerOutcome.Stopped, "by the callback"));
        refusal.Should().BeOfType<InvalidOperationException>();
    }

    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_grandchild_that_holds_the_output_open_is_not_waited_for(bool isStopped)
    {
        var log = new ListLogger();
        // Not to be found: it has left the tree, and given up the variable.
        await using var shell = await ShellWorker.StartAsync(
            $"env -u STOPKIT_PROCESS setsid sh -c 'sleep 600 & :'; echo ready; {(isStopped ? "exec sleep 600" : "read line; exit 0")}",
            line => new ProcessWorkerOptions
            {
                OutputLine = line,
                OutputLimit = TimeSpan.FromMilliseconds(100),
                Worker = new WorkerOptions { Logger = log, AbortPeriod = ChildProcess.DefaultTimeout },
            },
            start => start.RedirectStandardInput = true);
        if (!isStopped)
            await shell.Worker.StandardInput!.WriteLineAsync();

        var result = isStopped ? await shell.Worker.StopAsync() : await shell.EndAsync();

        result.Outcome.Should().Be(isStopped ? WorkerOutcome.Stopped : WorkerOutcome.Completed);
        log.Of(3105).Should().ContainSingle().Which.Should().Contain("shell: stdout did not end with process");
        await Eventually.BecomesTrueAsync(() => shell.Family.Count == 1); // it runs on
    }

    [Fact(Timeout = Limit)]
    public async Task Lines_that_were_still_in_the_pipe_at_the_end_are_not_lost()
    {
        var mayGoOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var lines = 0;
        await using var shell = ShellWorker.Make("seq 5000", _ => new ProcessWorkerOptions
        {
            OutputLine = _ =>
            {
                mayGoOn.Task.Wait(ChildProcess.DefaultTimeout);
                lines++;
            },
            OutputLimit = ChildProcess.DefaultTimeout,
        });
        shell.Worker.Start();
        // All of it fits into the pipe, so it ends while its first line is being handled.
        await Eventually.BecomesTrueAsync(() => shell.Worker.ProcessId is { } id && ProcessIdentity.Find(id) is not { IsRunning: true });

        shell.Worker.Completion.IsCompleted.Should().BeFalse();
        mayGoOn.SetResult();
        await shell.EndAsync();

        lines.Should().Be(5000);
    }

    [Fact(Timeout = Limit)]
    public async Task Its_input_is_written_to_and_is_closed_at_a_stop_by_option()
    {
        await using var shell = await ShellWorker.StartAsync(
            "trap '' TERM; echo ready; cat; echo end of input",
            line => new ProcessWorkerOptions { OutputLine = line, OutputLimit = ChildProcess.DefaultTimeout, CloseInputOnStop = true, Worker = ShellWorker.Patient });
        await shell.Worker.StandardInput!.WriteLineAsync("hello");
        await shell.Output.WaitForLineAsync("hello");

        var result = await shell.Worker.StopAsync();

        (result.Outcome, result.ExitCode).Should().Be((WorkerOutcome.Stopped, 0));
        shell.Output.Lines.Should().Equal("ready", "hello", "end of input");
    }
}
