using System.Collections.Concurrent;

namespace StopKit.Tests.Shutdown;

/// <summary>The session of a host that stops the program itself; one that hears signals is what StopApp runs.</summary>
public sealed class StopAppSessionTests
{
    private readonly ConcurrentQueue<string> _texts = new();
    private readonly Gate _mayEnd = new();

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_root_that_the_host_stops_gives_0_and_says_nothing()
    {
        await using var root = Group("willing", stop => stop.WaitAsync(Patience.Limit).AsTask());
        using var session = Start(root);

        root.RequestStop(StopReason.HostStopping());

        (await session.Completion.WaitAsync(Patience.Limit)).Should().Be(0);
        (session.IsDraining, session.Token.IsStopRequested, session.Draining.IsStopRequested).Should().Be((false, false, false));
        _texts.Should().BeEmpty();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_root_that_fails_gives_1_and_the_host_gets_the_text()
    {
        await using var root = Group("fragile", _ => throw new InvalidOperationException("no paper"));
        using var session = Start(root);

        (await session.Completion.WaitAsync(Patience.Limit)).Should().Be(1);
        _texts.Should().ContainSingle().Which.Should().StartWith("app/fragile failed: System.InvalidOperationException: no paper");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_root_that_is_late_gives_124_and_ends_no_process_that_is_another_s()
    {
        await using var root = Group("stuck", _ => _mayEnd.PassAsync());
        using var session = Start(root);
        session.EndsProcess = false;

        root.RequestStop(StopReason.HostStopping(), TimeSpan.Zero);

        (await session.Completion.WaitAsync(Patience.Limit)).Should().Be(124);
        _mayEnd.IsOpen.Should().BeFalse();
        Patience.Until(() => !_texts.IsEmpty); // it is told in the background, and nothing here waits for it
        _texts.Should().ContainSingle().Which.Should().Contain("LATE").And.Contain("app/stuck").And.Contain("Exit code 124: ");
        _mayEnd.Open();
    }

    [Fact]
    public void A_root_that_was_started_is_refused()
    {
        using var root = TestWorkers.Make(WorkerKind.Thread, _ => { });
        root.Start();

        FluentActions.Invoking(() => Start(root)).Should().Throw<InvalidOperationException>();
    }

    private static WorkerGroup Group(string name, Func<StopToken, Task> body)
    {
        var group = new WorkerGroup("app", options: new WorkerOptions { AbortPeriod = TimeSpan.Zero });
        group.Add(name, body);
        return group;
    }

    private StopAppSession Start(Worker root) => StopAppSession.Start(root, hearsSignals: false, explained: _texts.Enqueue);
}
