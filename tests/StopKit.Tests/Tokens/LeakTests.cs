using Xunit.Abstractions;

namespace StopKit.Tests.Tokens;

[Collection(Alone.Name)]
public sealed class LeakTests(ITestOutputHelper output) : IDisposable
{
    private const int Million = 1_000_000;

    // A million of the smallest objects would be 24 MB; what the test runner does meanwhile stays far below this.
    private const long Flat = 2 * 1024 * 1024;

    private StopSource _parent = new();

    public void Dispose() => _parent.Dispose();

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task A_million_disposed_children_leave_nothing() => LeavesNothing(() =>
    {
        for (var number = 0; number < Million; number++)
            StopSource.LinkedTo(_parent.Token).Dispose();
    });

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task A_million_children_that_live_together_leave_nothing_once_they_are_disposed() => LeavesNothing(() =>
    {
        var children = new StopSource[Million];
        for (var number = 0; number < Million; number++)
            children[number] = StopSource.LinkedTo(_parent.Token);
        _parent.LiveChildren.Should().Be(Million);
        foreach (var child in children)
            child.Dispose();
    });

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task A_million_disposed_shields_and_scopes_of_two_parents_leave_nothing() => LeavesNothing(() =>
    {
        using var other = new StopSource();
        for (var number = 0; number < Million / 2; number++)
        {
            using var shield = _parent.Token.Shield(Timeout.InfiniteTimeSpan);
            using var scope = StopSource.LinkedTo(_parent.Token, other.Token, shield.Token);
        }

        other.LiveChildren.Should().Be(0);
    });

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task A_million_callbacks_each_unregistered_before_the_next_leave_nothing() => LeavesNothing(() =>
    {
        for (var number = 0; number < Million; number++)
            _parent.Token.OnStop(_ => { }).Unregister();
    });

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task A_million_callbacks_that_are_registered_together_leave_nothing_once_they_are_unregistered() => LeavesNothing(() =>
    {
        var registrations = new StopRegistration[Million];
        for (var number = 0; number < Million; number++)
            registrations[number] = _parent.Token.OnStop(_ => { });
        foreach (var registration in registrations)
            Assert.True(registration.Unregister());
    });

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task A_hundred_thousand_waits_for_an_event_leave_nothing_on_the_stop_that_would_have_ended_them() => LeavesNothing(() =>
    {
        var set = new StopEvent();
        for (var number = 0; number < Million / 10; number++)
        {
            // Not at once: Set comes when the wait hangs on the stop already.
            var wait = set.WaitAsync(_parent.Token).AsTask();
            set.Set();
            wait.Wait();
            set.Reset();
        }
    });

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task A_million_scopes_of_a_foreign_token_leave_nothing() => LeavesNothing(() =>
    {
        using var foreign = new CancellationTokenSource();
        for (var number = 0; number < Million; number++)
            StopSource.LinkedTo(foreign.Token).Dispose();
    });

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task A_stop_leaves_nothing_of_its_callbacks_and_an_abort_nothing_of_its_children() => LeavesNothing(() =>
    {
        for (var number = 0; number < Million; number++)
        {
            StopSource.LinkedTo(_parent.Token); // forgotten
            if (number % 2 == 0)
                _parent.Token.OnStop(_ => { });
        }

        _parent.RequestAbort();
    });

    private async Task LeavesNothing(Action action) => await Task.Run(() =>
    {
        var kept = Memory.Kept(action, enough: Flat, prepare: () =>
        {
            _parent.Dispose();
            _parent = new StopSource();
            _parent.Token.OnStop(_ => { }).Unregister(); // what a source in use holds is no leak
        });
        output.WriteLine($"{kept:N0} bytes kept");
        _parent.LiveChildren.Should().Be(0);
        kept.Should().BeLessThan(Flat);
    });
}
