using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Processes;

/// <summary>How a <see cref="ProcessWorker"/> ends, for every way that its process does.</summary>
public sealed class WorkerOutcomeTests
{
    private const int Limit = 120_000;
    private const string Stubborn = "trap '' TERM; (trap '' TERM; exec sleep 600) & echo ready; wait; sleep 600";

    private static readonly TimeSpan Brief = TimeSpan.FromMilliseconds(200);

    [Fact(Timeout = Limit)]
    public async Task Code_0_is_completion()
    {
        await using var shell = ShellWorker.Make("exit 0");
        shell.Worker.ProcessId.Should().BeNull();

        var result = await shell.RunAsync();

        (result.Outcome, result.ExitCode, result.Exception).Should().Be((WorkerOutcome.Completed, 0, null));
        shell.Worker.ProcessId.Should().BeGreaterThan(1);
        result.ToString().Should().Be("shell: Completed with code 0");
    }

    [Theory(Timeout = Limit)]
    [InlineData("exit 3", 3, "exit code 3, and nobody had asked it to")]
    [InlineData("kill -9 $$", 137, "exit code 137, and nobody had asked it to (SIGKILL, or its own choice)")]
    public async Task Any_other_code_is_a_fault_that_says_so(string script, int code, string message)
    {
        await using var shell = ShellWorker.Make(script);

        var result = await shell.RunAsync();

        (result.Outcome, result.ExitCode).Should().Be((WorkerOutcome.Faulted, code));
        var exception = result.Exception.Should().BeOfType<ProcessExitException>().Subject;
        (exception.ExitCode, exception.ProcessId).Should().Be((code, shell.Worker.ProcessId!.Value));
        exception.Message.Should().Be($"env (process {shell.Worker.ProcessId}) ended with {message}");
    }

    [Theory(Timeout = Limit)]
    [InlineData(0)]
    [InlineData(5)]
    public async Task After_a_stop_any_code_is_a_stop(int code)
    {
        await using var shell = await ShellWorker.StartAsync($"trap 'exit {code}' TERM; echo ready; while :; do sleep 0.01; done");

        shell.Worker.RequestStop("that is enough");
        var result = await shell.EndAsync();

        (result.Outcome, result.ExitCode, result.Reason!.Message).Should().Be((WorkerOutcome.Stopped, code, "that is enough"));
        shell.Family.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task The_signal_that_asks_can_be_chosen()
    {
        await using var shell = await ShellWorker.StartAsync(
            "trap 'echo interrupted; exit 7' INT; echo ready; while :; do sleep 0.01; done",
            line => new ProcessWorkerOptions { OutputLine = line, Signal = PosixSignal.SIGINT });

        (await shell.Worker.StopAsync()).Should().Match<WorkerResult>(result => result.Outcome == WorkerOutcome.Stopped && result.ExitCode == 7);
        shell.Output.Lines.Should().Equal("ready", "interrupted");
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_does_not_obey_is_killed_with_its_tree_when_the_grace_is_over(bool isGraceGiven)
    {
        await using var shell = await ShellWorker.StartAsync(Stubborn, line => new ProcessWorkerOptions
        {
            OutputLine = line,
            Worker = new WorkerOptions { Grace = isGraceGiven ? TimeSpan.FromHours(1) : Brief, AbortPeriod = ChildProcess.DefaultTimeout },
        });

        if (isGraceGiven)
            shell.Worker.RequestStop("enough", Brief);
        else
            shell.Worker.RequestStop("enough"); // without a grace that of its options counts
        var result = await shell.EndAsync();

        (result.Outcome, result.ExitCode).Should().Be((WorkerOutcome.Aborted, 137));
        result.StopDuration.Should().BeGreaterThanOrEqualTo(Brief);
        shell.Family.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task An_abort_kills_at_once()
    {
        await using var shell = await ShellWorker.StartAsync(Stubborn);

        shell.Worker.RequestAbort("too late");

        (await shell.EndAsync()).Should().Match<WorkerResult>(result => result.Outcome == WorkerOutcome.Aborted && result.ExitCode == 137);
        shell.Family.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task One_that_was_stopped_before_it_started_starts_nothing()
    {
        await using var shell = ShellWorker.Make("exit 0");
        using var source = new StopSource();
        source.RequestStop();

        shell.Worker.Start(source.Token);

        (await shell.EndAsync()).Should().Match<WorkerResult>(result => result.Outcome == WorkerOutcome.NotRun && result.ExitCode == null);
        shell.Worker.ProcessId.Should().BeNull();
    }

    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_program_that_is_not_there_is_a_fault_that_names_it(bool endsWithParent)
    {
        var worker = new ProcessWorker(new ProcessStartInfo("no-such-program"), options: new ProcessWorkerOptions { EndWithParent = endsWithParent });

        worker.Start();

        var result = await worker.Completion;
        result.Outcome.Should().Be(WorkerOutcome.Faulted);
        result.Exception.Should().BeOfType<Win32Exception>().Which.Message.Should().Contain("no-such-program");
    }

    [Fact(Timeout = Limit)]
    public async Task What_the_caller_started_it_with_stays_as_it_was_and_may_change_afterwards()
    {
        ProcessStartInfo? start = null;
        await using var shell = ShellWorker.Make("echo $WORD", configure: given =>
        {
            given.Environment["WORD"] = "first";
            start = given;
        });
        start!.Environment["WORD"] = "second";
        start.ArgumentList.Clear();

        await shell.RunAsync();

        shell.Output.Lines.Should().Equal("first");
        start.RedirectStandardOutput.Should().BeFalse();
        start.Environment.Should().NotContainKey("STOPKIT_PROCESS");
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_line_of_arguments_is_split_as_dotnet_does_it_whatever_the_program_is_called(bool ownGroup)
    {
        using var folder = new TempFolder();
        var program = folder.PathOf("odd \"name\\");
        File.CreateSymbolicLink(program, "/bin/sh");
        var output = new OutputLines("stdout", () => "");
        var worker = new ProcessWorker(
            new ProcessStartInfo(program, "-c \"echo '$0' '$1'\" \"a  b\" c\\\"d\\e"), options: new ProcessWorkerOptions { OwnGroup = ownGroup, OutputLine = output.Add });
        using var plain = Process.Start(new ProcessStartInfo(program, "-c \"echo '$0' '$1'\" \"a  b\" c\\\"d\\e") { RedirectStandardOutput = true })!;

        worker.Start();

        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Completed);
        output.Lines.Should().Equal((await plain.StandardOutput.ReadToEndAsync()).TrimEnd());
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_that_may_not_be_executed_is_a_fault_that_names_it()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.PathOf("no-program"), "");
        var worker = new ProcessWorker(new ProcessStartInfo(folder.PathOf("no-program")));

        worker.Start();

        (await worker.Completion).Exception.Should().BeOfType<Win32Exception>().Which.Message.Should().Contain("no-program");
    }

    [Fact(Timeout = Limit)]
    public async Task Why_it_is_stopped_is_in_the_log()
    {
        var log = new LogLines();
        await using var shell = await ShellWorker.StartAsync(
            "echo ready; exec sleep 600", line => new ProcessWorkerOptions { OutputLine = line, Worker = new WorkerOptions { Logger = log } });

        shell.Worker.RequestStop("closing time");
        await shell.EndAsync();

        var id = shell.Worker.ProcessId;
        log.Of(3101, 3102, 3001, 3002).Should().HaveCount(4).And.StartWith(
            [$"3101 shell: Started process {id}", $"3102 shell: Stops process {id}: closing time", $"3001 Process {id}: Asked to stop by SIGTERM"]);
        log.Of(3002)[0].Should().StartWith($"3002 process {id} ended by SIGTERM after ");
    }
}
