namespace StopKit.ProcessTests.Shutdown;

/// <summary>The Ctrl+C key on a real terminal.</summary>
public sealed class TerminalTests
{
    private const int Limit = 240_000;
    private const string Hint = "Stopping. Press Ctrl+C again to abort, a third time to end at once.";

    [Theory(Timeout = Limit)]
    [InlineData("none")]
    [InlineData("line")]
    [InlineData("key")]
    public async Task The_first_press_stops_the_second_aborts_the_third_ends_and_the_terminal_is_as_before(string reading)
    {
        using var folder = new TempFolder();
        await using var terminal = await TmuxTerminal.StartAsync();
        await terminal.TypeAsync($"stty -a > {folder.PathOf("before")}; {Child(reading)} debounce=0 grace=-1 abort=-1; echo \"[code $?]\"");
        await terminal.WaitForAsync("[ready]");

        await terminal.PressAsync("C-c");
        await terminal.WaitForAsync("[stop: SIGINT received]");
        await terminal.WaitForAsync(Hint);
        await terminal.PressAsync("C-c");
        await terminal.WaitForAsync("[abort: SIGINT received]");
        await terminal.PressAsync("C-c");
        await terminal.WaitForAsync("[code 130]");

        (await terminal.ScreenAsync()).Count(line => line.Contains(Hint, StringComparison.Ordinal)).Should().Be(1);
        await AssertSameTerminalAsync(terminal, folder);
    }

    [Fact(Timeout = Limit)]
    public async Task After_a_missed_deadline_the_terminal_is_as_before()
    {
        using var folder = new TempFolder();
        await using var terminal = await TmuxTerminal.StartAsync();
        await terminal.TypeAsync($"stty -a > {folder.PathOf("before")}; {Child("line")} grace=100 abort=100; echo \"[code $?]\"");
        await terminal.WaitForAsync("[ready]");

        await terminal.PressAsync("C-c");
        await terminal.WaitForAsync("[code 124]");

        await AssertSameTerminalAsync(terminal, folder);
    }

    [Fact(Timeout = Limit)]
    public async Task Ended_in_the_background_a_program_leaves_the_terminal_alone_and_is_not_stopped_for_touching_it()
    {
        using var folder = new TempFolder();
        await using var terminal = await TmuxTerminal.StartAsync();
        await terminal.TypeAsync($"set -m; {Child("none")} grace=100 abort=100 &");
        await terminal.WaitForAsync("[ready]");

        await terminal.TypeAsync("kill $!; wait $!; echo \"[code $?]\"");

        await terminal.WaitForAsync("[code 124]");
    }

    [Fact(Timeout = Limit)]
    public async Task A_terminal_that_is_closed_is_a_SIGHUP_and_stderr_that_is_gone_does_not_crash_the_program()
    {
        using var folder = new TempFolder();
        await using var terminal = await TmuxTerminal.StartAsync();
        // The shell of the terminal dies with it. Another one between it and the program does not, and tells the code.
        var script = folder.PathOf("script");
        await File.WriteAllTextAsync(
            script, $"trap '' HUP; env --default-signal {Child("none")} grace=100 abort=100 debounce=3600000; echo $? > {folder.PathOf("code")}");
        await terminal.TypeAsync($"sh {script}");
        await terminal.WaitForAsync("[ready]");

        await terminal.CloseAsync();

        await Eventually.BecomesTrueAsync(() => File.Exists(folder.PathOf("code")) && File.ReadAllText(folder.PathOf("code")).Length > 0);
        (await File.ReadAllTextAsync(folder.PathOf("code"))).Trim().Should().Be("124");
    }

    private static string Child(string reading) =>
        $"{DotnetCommand.Host} {Path.Combine(AppContext.BaseDirectory, "StopKit.TestChild.dll")} terminal {reading}";

    private static async Task AssertSameTerminalAsync(TmuxTerminal terminal, TempFolder folder)
    {
        await terminal.TypeAsync($"stty -a > {folder.PathOf("after")}; echo \"[compared $?]\"");
        await terminal.WaitForAsync("[compared 0]");
        (await File.ReadAllTextAsync(folder.PathOf("after"))).Should().Be(await File.ReadAllTextAsync(folder.PathOf("before")));
    }
}
