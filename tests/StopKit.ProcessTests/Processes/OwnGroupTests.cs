namespace StopKit.ProcessTests.Processes;

/// <summary>A <see cref="ProcessWorker"/> and the Ctrl+C of the terminal that its program runs on.</summary>
public sealed class OwnGroupTests
{
    private const int Limit = 240_000;

    [Theory(Timeout = Limit)]
    [InlineData("own-group", false)]
    [InlineData("own-group,tied", false)]
    [InlineData("shared-group", true)]
    public async Task A_child_that_reads_from_the_terminal_hears_its_Ctrl_C_only_if_it_shares_the_group(string form, bool hearsIt)
    {
        using var folder = new TempFolder();
        await using var terminal = await TmuxTerminal.StartAsync();
        await terminal.TypeAsync(
            $"{DotnetCommand.Host} {Path.Combine(AppContext.BaseDirectory, "StopKit.TestChild.dll")} terminal-child {form} {folder.PathOf("go")}; echo \"[code $?]\"");
        await terminal.WaitForAsync("[child: ready]");
        await terminal.TypeAsync("hello");
        await terminal.WaitForAsync("[child read: hello]");

        await terminal.PressAsync("C-c");
        await terminal.WaitForAsync("[parent: SIGINT received]");
        if (hearsIt)
            await terminal.WaitForAsync("[child: INT]");
        await File.WriteAllTextAsync(folder.PathOf("go"), ""); // only now the child's turn comes
        await terminal.WaitForAsync("[code 0]");

        var screen = string.Join('\n', await terminal.ScreenAsync());
        screen.Should().Contain("[child: TERM]").And.Contain("[child has ended: Stopped]");
        screen.Contains("[child: INT]").Should().Be(hearsIt);
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_has_a_session_of_its_own_by_default_and_the_id_that_the_worker_tells(bool ownGroup)
    {
        await using var shell = await ShellWorker.StartAsync(
            "echo ready; exec sleep 600", line => new ProcessWorkerOptions { OutputLine = line, OwnGroup = ownGroup });
        var id = shell.Worker.ProcessId!.Value;

        var entry = ProcessEntry.Read(id)!;

        entry.ParentId.Should().Be(Environment.ProcessId);
        entry.SessionId.Should().Be(ownGroup ? id : ProcessEntry.Read(Environment.ProcessId)!.SessionId);
    }
}
