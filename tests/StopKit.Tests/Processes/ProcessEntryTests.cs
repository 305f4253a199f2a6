namespace StopKit.Tests.Processes;

/// <summary>The lines of <c>/proc/PID/stat</c>.</summary>
public sealed class ProcessEntryTests
{
    private const string Numbers = "17 40 23 0 -1 4194304 101 0 0 0 0 0 0 0 20 0 3 0 44446 3133440 383 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0 1 1 1 1 1 1 1 ";

    [Theory]
    [InlineData("sleep")]
    [InlineData("tmux: server")]
    [InlineData("(sd-pam)")]
    [InlineData("a) R 1 1 (b")]
    [InlineData(") Z 0 0 0")]
    [InlineData("")]
    [InlineData("new\nline")]
    public void A_name_may_hold_any_character(string name)
    {
        var entry = ProcessEntry.Parse($"4711 ({name}) S {Numbers}0\n")!;

        entry.Identity.Should().Be(new ProcessStamp(4711, 44446));
        (entry.ParentId, entry.SessionId, entry.HasEnded, entry.IsFrozen, entry.IsKernelThread).Should().Be((17, 23, false, false, false));
        entry.Name().Should().Be(name);
    }

    [Theory]
    [InlineData("S", 3, false, false)]
    [InlineData("D", 1, false, false)]
    [InlineData("T", 1, false, true)]
    [InlineData("t", 1, false, true)]
    [InlineData("Z", 1, true, false)]
    [InlineData("X", 0, true, false)]
    [InlineData("Z", 3, false, false)] // only its first thread has ended
    public void The_state_tells_who_has_ended_and_who_is_frozen(string state, int threads, bool hasEnded, bool isFrozen)
    {
        var entry = ProcessEntry.Parse($"4711 (x) {state} {Numbers.Replace(" 20 0 3 ", $" 20 0 {threads} ")}0")!;

        (entry.HasEnded, entry.IsFrozen).Should().Be((hasEnded, isFrozen));
    }

    [Fact]
    public void The_wait_status_is_the_last_field_and_a_kernel_thread_has_its_flag()
    {
        ProcessEntry.Parse($"4711 (x) Z {Numbers}768")!.WaitStatus.Should().Be(3 << 8);
        ProcessEntry.Parse($"2 (kthreadd) S {Numbers.Replace("4194304", "2129984")}0")!.IsKernelThread.Should().BeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("4711")]
    [InlineData("4711 (sleep")]
    [InlineData("4711 (sleep) S 1 2 3")]
    [InlineData("x (sleep) S 17 40 23")]
    public void A_line_that_was_cut_off_is_none(string line) => ProcessEntry.Parse(line).Should().BeNull();

    [Fact]
    public void The_entry_of_the_running_process_says_what_dotnet_says()
    {
        using var self = System.Diagnostics.Process.GetCurrentProcess();

        var entry = ProcessEntry.Read(Environment.ProcessId)!;

        entry.Id.Should().Be(Environment.ProcessId);
        entry.Name().Should().Be(self.ProcessName);
        entry.HasEnded.Should().BeFalse();
        ProcessEntry.Read(4_194_304).Should().BeNull("no id is that large");
    }
}
