using Xunit.Abstractions;

namespace StopKit.Tests.Tokens.Contracts;

[Collection(Alone.Name)]
public sealed class AfterDisposeRaces(ITestOutputHelper output) : IDisposable
{
    private StopSource _parent = new();
    private StopSource _middle = new();
    private StopSource _lower = new();
    private StopSource _child = new();

    public void Dispose()
    {
        _child.Dispose();
        _lower.Dispose();
        _middle.Dispose();
        _parent.Dispose();
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task A_source_that_is_stopped_and_disposed_together_is_one_or_the_other()
    {
        var (calls, isFirst) = (0, false);
        return Race.Run(
            output,
            prepare: () =>
            {
                calls = 0;
                _parent = new StopSource();
                _parent.Token.OnStop(_ => calls++);
            },
            [() => isFirst = _parent.RequestStop(), () => _parent.Dispose()],
            check: () =>
            {
                Assert.Equal(isFirst, _parent.IsStopRequested);
                Assert.Equal(isFirst, _parent.Token.Stopping.IsCancellationRequested);
                Assert.Equal(isFirst ? 1 : 0, calls);
            });
    }

    [Theory(Timeout = Patience.RaceTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_source_that_nothing_hangs_on_keeps_its_state_from_the_end_of_Dispose_on(bool isChild)
    {
        var (atEnd, couldBeStopped) = (StopStage.Aborting, true);
        return Race.Run(
            output,
            prepare: () =>
            {
                _parent = new StopSource();
                _child = isChild ? StopSource.LinkedTo(_parent.Token) : _parent;
            },
            [
                () => _parent.RequestStop(),
                () =>
                {
                    _child.Dispose();
                    (atEnd, couldBeStopped) = (_child.Stage, _child.Token.CanBeStopped);
                },
            ],
            check: () =>
            {
                Assert.Equal(atEnd, _child.Stage);
                Assert.Equal(couldBeStopped, _child.Token.CanBeStopped);
            });
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task A_child_of_a_middle_scope_that_is_disposed_meanwhile_ends_stopped()
    {
        var calls = 0;
        return Race.Run(
            output,
            prepare: () =>
            {
                calls = 0;
                MakeChainOfThree();
                _child.Token.OnStop(_ => Interlocked.Increment(ref calls));
            },
            [() => _parent.RequestStop(), () => _middle.Dispose()],
            check: () =>
            {
                Assert.Same(_parent.Reason, _child.Reason);
                Assert.Equal(1, calls);
            });
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task When_the_stop_returns_the_child_of_a_scope_that_is_being_disposed_reports_it()
    {
        var isBehind = false;
        return Race.Run(
            output,
            prepare: MakeChainOfThree,
            [
                () => _middle.Dispose(),
                () => isBehind |= IsChildBehindTheStop(),
            ],
            check: () => Assert.False(isBehind));
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task When_the_stop_returns_the_child_below_two_scopes_that_are_being_disposed_reports_it()
    {
        var isBehind = false;
        return Race.Run(
            output,
            prepare: MakeChainOfFour,
            [
                () => _middle.Dispose(),
                () => _lower.Dispose(),
                () => isBehind |= IsChildBehindTheStop(),
            ],
            check: () => Assert.False(isBehind));
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task A_child_below_two_scopes_that_are_disposed_together_ends_stopped() => Race.Run(
        output,
        prepare: MakeChainOfFour,
        [() => _parent.RequestStop(), () => _middle.Dispose(), () => _lower.Dispose()],
        check: () => Assert.Same(_parent.Reason, _child.Reason));

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task A_child_of_two_scopes_that_are_disposed_together_ends_stopped_and_aborted() => Race.Run(
        output,
        prepare: () =>
        {
            _parent = new StopSource();
            _middle = StopSource.LinkedTo(_parent.Token);
            _lower = StopSource.LinkedTo(_parent.Token);
            _child = StopSource.LinkedTo(_middle.Token, _lower.Token);
        },
        [() => _parent.RequestStop("stop"), () => _parent.RequestAbort("abort"), () => _middle.Dispose(), () => _lower.Dispose()],
        check: () =>
        {
            Assert.Same(_parent.Reason, _child.Reason);
            Assert.Same(_parent.AbortReason, _child.AbortReason);
        });

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task A_child_that_is_linked_to_a_scope_that_is_disposed_meanwhile_ends_stopped() => Race.Run(
        output,
        prepare: () =>
        {
            _parent = new StopSource();
            _middle = StopSource.LinkedTo(_parent.Token);
        },
        [() => _parent.RequestStop(), () => _middle.Dispose(), () => _child = StopSource.LinkedTo(_middle.Token)],
        check: () =>
        {
            // Linked before the stop or after it, below the scope or below its parent: always stopped, with the parent's reason.
            Assert.Same(_parent.Reason, _child.Reason);
        });

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task Scopes_that_are_disposed_together_in_any_order_leave_no_link_behind() => Race.Run(
        output,
        prepare: () =>
        {
            _parent = new StopSource();
            _middle = StopSource.LinkedTo(_parent.Token);
            _lower = StopSource.LinkedTo(_middle.Token, _parent.Token);
            _child = StopSource.LinkedTo(_lower.Token, _middle.Token);
        },
        [() => _middle.Dispose(), () => _lower.Dispose(), () => _child.Dispose()],
        check: () =>
        {
            Assert.Equal(0, _parent.LiveChildren);
            _parent.RequestStop();
            Assert.False(_middle.IsStopRequested || _lower.IsStopRequested || _child.IsStopRequested);
        });

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task A_deadline_that_is_set_while_its_source_is_stopped_or_disposed_leaves_no_timer()
    {
        var clock = new ManualClock();
        return Race.Run(
            output,
            prepare: () => (_parent, _child) = (new StopSource(clock), new StopSource(clock)),
            [
                () => _parent.StopAfter(TimeSpan.FromSeconds(1)),
                () => _parent.RequestStop(),
                () => _child.StopAfter(TimeSpan.FromSeconds(1)),
                () => _child.Dispose(),
            ],
            check: () => Assert.Equal(0, clock.ActiveTimers));
    }

    private void MakeChainOfThree()
    {
        _parent = new StopSource();
        _middle = StopSource.LinkedTo(_parent.Token);
        _child = StopSource.LinkedTo(_middle.Token);
    }

    private void MakeChainOfFour()
    {
        _parent = new StopSource();
        _middle = StopSource.LinkedTo(_parent.Token);
        _lower = StopSource.LinkedTo(_middle.Token);
        _child = StopSource.LinkedTo(_lower.Token);
    }

    private bool IsChildBehindTheStop()
    {
        _parent.RequestStop();
        return !_child.IsStopRequested;
    }
}
