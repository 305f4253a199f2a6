namespace StopKit.Tests.Workers;

public sealed class WorkerOptionsTests
{
    private const string TimeRule = "The time must be zero, positive up to 24 days, or Timeout.InfiniteTimeSpan.*";

    [Fact]
    public void The_defaults_are_those_of_the_documentation() => new WorkerOptions().Should().BeEquivalentTo(new
    {
        Grace = TimeSpan.FromSeconds(30),
        AbortPeriod = TimeSpan.FromSeconds(5),
        CleanUpLimit = TimeSpan.FromSeconds(5),
        IsBackground = false,
        CleanUpOnProcessExit = false,
        MaxStackSize = 0,
        Priority = ThreadPriority.Normal,
        TimeProvider = TimeProvider.System,
        Logger = (object?)null,
    });

    public static TheoryData<string, Func<TimeSpan, WorkerOptions>> Times() => new()
    {
        { nameof(WorkerOptions.Grace), time => new WorkerOptions { Grace = time } },
        { nameof(WorkerOptions.AbortPeriod), time => new WorkerOptions { AbortPeriod = time } },
        { nameof(WorkerOptions.CleanUpLimit), time => new WorkerOptions { CleanUpLimit = time } },
    };

    [Theory, MemberData(nameof(Times))]
    public void A_time_out_of_range_is_refused_by_its_name(string name, Func<TimeSpan, WorkerOptions> make)
    {
        foreach (var time in new[] { TimeSpan.FromTicks(-1), TimeSpan.FromMilliseconds(-2), TimeSpan.MinValue, TimeSpan.FromDays(25), TimeSpan.MaxValue })
        {
            make.Invoking(m => m(time)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName(name).WithMessage(TimeRule)
                .Which.ActualValue.Should().Be(time);
        }

        foreach (var time in new[] { TimeSpan.Zero, TimeSpan.FromTicks(1), TimeSpan.FromDays(24), Timeout.InfiniteTimeSpan })
            make.Invoking(m => m(time)).Should().NotThrow();
    }

    [Fact]
    public void A_negative_stack_size_is_refused() =>
        FluentActions.Invoking(() => new WorkerOptions { MaxStackSize = -1 }).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("MaxStackSize");

    [Fact]
    public void An_unknown_priority_is_refused() =>
        FluentActions.Invoking(() => new WorkerOptions { Priority = (ThreadPriority)9 }).Should().Throw<ArgumentOutOfRangeException>()
            .WithParameterName("Priority").WithMessage("The priority must be one that ThreadPriority defines.*");

    [Fact]
    public void A_missing_clock_is_refused() =>
        FluentActions.Invoking(() => new WorkerOptions { TimeProvider = null! }).Should().Throw<ArgumentNullException>().WithParameterName("TimeProvider");

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(false, ThreadPriority.Normal)]
    [InlineData(true, ThreadPriority.BelowNormal)]
    public async Task The_thread_has_the_name_and_the_settings_that_were_asked_for(bool isBackground, ThreadPriority priority)
    {
        (string?, bool, ThreadPriority, bool) seen = default;
        var worker = ThreadWorker.Start(
            "mine",
            _ =>
            {
                var thread = Thread.CurrentThread;
                seen = (thread.Name, thread.IsBackground, thread.Priority, thread.IsThreadPoolThread);
            },
            options: new WorkerOptions { IsBackground = isBackground, Priority = priority });

        await worker.Completion;

        seen.Should().Be(("mine", isBackground, priority, false));
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task The_stack_is_as_large_as_was_asked_for()
    {
        // Needs some 100 MB, far beyond any default stack.
        var worker = ThreadWorker.Start("deep", _ => Dive(25_000), options: new WorkerOptions { MaxStackSize = 512 << 20 });

        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Completed);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_worker_without_a_name_is_called_by_its_kind_or_type_and_a_number()
    {
        var nothing = (StopToken _) => { };
        var onThread = ThreadWorker.Start("", nothing);
        var onTasks = AsyncWorker.Start("  ", _ => Task.CompletedTask);
        var derived = new Sender();
        var named = new Sender("sender");

        onThread.Name.Should().MatchRegex("^ThreadWorker-[0-9]+$");
        onTasks.Name.Should().MatchRegex("^AsyncWorker-[0-9]+$");
        derived.Name.Should().MatchRegex("^Sender-[0-9]+$").And.NotBe(new Sender().Name);
        named.Name.Should().Be("sender");
        await Task.WhenAll(onThread.Completion, onTasks.Completion);
    }

    private static int Dive(int depth)
    {
        Span<byte> frame = stackalloc byte[4096];
        frame[depth % frame.Length] = 1;
        return depth == 0 ? frame[0] : Dive(depth - 1) + frame[1];
    }

    private sealed class Sender(string? name = null) : ThreadWorker(name)
    {
        protected override void Run(StopToken stop)
        {
        }
    }
}
