using System.Reflection;

namespace StopKit.Tests.Workers;

/// <summary>Workers without a class that are not started, calls that must not compile, and settings that no worker ignores.</summary>
public sealed class FactoryTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Each_factory_makes_a_worker_of_its_kind_that_runs_once_started()
    {
        var clock = new ManualClock();
        var options = new WorkerOptions { TimeProvider = clock };
        var ran = new List<string>();
        var ticks = Worker.Every("ticks", Second, _ => Note("ticks"), options);
        var others = new Worker[]
        {
            Worker.OnThread("thread", _ => ran.Add("thread"), options),
            Worker.OnTasks("tasks", _ => Note("tasks"), options),
            Worker.ForEach<int>("queue", (item, _) => Note($"queue {item}")),
        };
        others.Append(ticks).Should().OnlyContain(worker => worker.State == WorkerState.Created);

        ((QueueWorker<int>)others[2]).TryPost(7).Should().BeTrue();
        ((QueueWorker<int>)others[2]).Complete();
        foreach (var worker in others)
        {
            worker.Start();
            await worker.Completion;
        }

        ticks.Start();
        clock.AdvanceOnceWaitedOn(Second);
        Patience.Until(() => clock.ActiveTimers > 0);
        ticks.Complete();
        await ticks.Completion;

        ran.Should().Equal("thread", "tasks", "queue 7", "ticks");
        others.Append(ticks).Select(worker => worker.Name).Should().Equal("thread", "tasks", "queue", "ticks");

        Task Note(string name)
        {
            ran.Add(name);
            return Task.CompletedTask;
        }
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_group_takes_what_the_factories_make()
    {
        await using var group = new WorkerGroup("app");
        var isRunning = new Gate();
        group.Add(Worker.OnTasks("tasks", async stop =>
        {
            isRunning.Open();
            await stop.WaitAsync(Timeout.InfiniteTimeSpan);
        })).Should().BeTrue();

        group.Start();

        await isRunning.PassAsync();
    }

    [Fact]
    public void Factories_refuse_null_and_async_void()
    {
        FluentActions.Invoking(() => Worker.OnThread("x", null!)).Should().Throw<ArgumentNullException>().WithParameterName("body");
        FluentActions.Invoking(() => Worker.OnThread("x", async _ => await Task.Yield())).Should().Throw<ArgumentException>().WithMessage("*OnTasks*");
        FluentActions.Invoking(() => Worker.OnTasks("x", null!)).Should().Throw<ArgumentNullException>().WithParameterName("body");
        FluentActions.Invoking(() => Worker.Every("x", Second, null!)).Should().Throw<ArgumentNullException>().WithParameterName("tick");
        FluentActions.Invoking(() => Worker.Every("x", TimeSpan.Zero, _ => Task.CompletedTask)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => Worker.ForEach<int>("x", null!)).Should().Throw<ArgumentNullException>().WithParameterName("handle");
    }

    [Theory]
    [InlineData(typeof(PeriodicWorker))]
    [InlineData(typeof(QueueWorker<int>))]
    [InlineData(typeof(WorkerGroup))]
    [InlineData(typeof(ProcessWorker))]
    public void A_start_that_would_start_another_kind_of_worker_does_not_compile(Type type)
    {
        var parameters = typeof(AsyncWorker).GetMethod("Start", BindingFlags.Static | BindingFlags.Public)!.GetParameters();

        var hiding = type.GetMethod("Start", BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly, [.. parameters.Select(p => p.ParameterType)]);

        hiding.Should().NotBeNull();
        hiding!.GetParameters().Select(p => (p.Name, p.HasDefaultValue)).Should().Equal(
            parameters.Select(p => (p.Name, p.HasDefaultValue)), "otherwise overload resolution would still find the inherited one");
        hiding.GetCustomAttribute<ObsoleteAttribute>().Should().Match<ObsoleteAttribute>(obsolete => obsolete.IsError && obsolete.Message!.Contains("AsyncWorker"));
    }

    [Fact]
    public void No_other_class_of_the_library_inherits_the_static_start()
    {
        var open = typeof(AsyncWorker).Assembly.GetExportedTypes()
            .Where(type => type.IsSubclassOf(typeof(AsyncWorker)) || type.IsSubclassOf(typeof(ThreadWorker)))
            .Where(type => !type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly)
                .Any(method => method.GetCustomAttribute<ObsoleteAttribute>() is { IsError: true }));

        open.Should().BeEmpty();
    }

    [Fact]
    public void Task_workers_refuse_what_only_a_thread_can_have()
    {
        foreach (var options in ThreadSettings())
        {
            Action[] makings =
            [
                () => Worker.OnTasks("x", _ => Task.CompletedTask, options),
                () => AsyncWorker.Start("x", _ => Task.CompletedTask, options: options),
                () => Worker.Every("x", Second, _ => Task.CompletedTask, options),
                () => Worker.ForEach<int>("x", (_, _) => Task.CompletedTask, new() { Worker = options }),
                () => QueueWorker<int>.Start("x", (_, _) => Task.CompletedTask, options: options),
            ];
            foreach (var making in makings)
                making.Should().Throw<ArgumentException>().WithMessage("*ThreadWorker*");
        }
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_groups_thread_settings_are_for_its_threads_and_no_harm_to_its_tasks()
    {
        var (priority, isBackground) = (ThreadPriority.Normal, false);
        var ended = new CountdownEvent(2);
        await using var group = new WorkerGroup(
            "app", options: new WorkerOptions { IsBackground = true, Priority = ThreadPriority.BelowNormal, MaxStackSize = 1 << 20 });
        group.Add("thread", _ =>
        {
            (priority, isBackground) = (Thread.CurrentThread.Priority, Thread.CurrentThread.IsBackground);
            ended.Signal();
        });
        group.Add("tasks", _ =>
        {
            ended.Signal();
            return Task.CompletedTask;
        });

        group.Start();

        (await group.Completion).Outcome.Should().Be(WorkerOutcome.Completed);
        ended.IsSet.Should().BeTrue();
        (priority, isBackground).Should().Be((ThreadPriority.BelowNormal, true));
    }

    [Fact]
    public void Options_are_records()
    {
        var options = new WorkerOptions { Grace = Second };

        (options with { AbortPeriod = Second }).Should().Be(new WorkerOptions { Grace = Second, AbortPeriod = Second });
        FluentActions.Invoking(() => options with { Grace = TimeSpan.FromSeconds(-2) }).Should().Throw<ArgumentOutOfRangeException>();
    }

    private static IEnumerable<WorkerOptions> ThreadSettings() =>
        [new() { MaxStackSize = 1 << 20 }, new() { Priority = ThreadPriority.Lowest }];
}
