using Xunit.Abstractions;

namespace StopKit.Tests.Tokens.Contracts;

[Collection(Alone.Name)]
public sealed class LinksRaces(ITestOutputHelper output) : IDisposable
{
    private StopSource _parent = new();
    private StopSource _middle = new();
    private StopSource _child = new();

    public void Dispose()
    {
        _child.Dispose();
        _middle.Dispose();
        _parent.Dispose();
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task A_child_linked_while_its_parent_stops_ends_stopped_with_the_parents_reason() => Race.Run(
        output,
        prepare: () =>
        {
            _parent = new StopSource();
            _parent.Token.OnAbort(_ => { }); // a parent that nothing hangs on takes a short cut, which the next race takes
        },
        [() => _parent.RequestStop(), () => _child = StopSource.LinkedTo(_parent.Token)],
        check: () => Assert.Same(_parent.Reason, _child.Reason));

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task The_first_child_ever_linked_while_its_parent_stops_ends_stopped() => Race.Run(
        output,
        prepare: () => _parent = new StopSource(),
        [() => _parent.RequestStop(), () => _child = StopSource.LinkedTo(_parent.Token)],
        check: () => Assert.Same(_parent.Reason, _child.Reason));

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task A_child_linked_while_its_parent_stops_and_aborts_has_each_reason_of_the_parent() => Race.Run(
        output,
        prepare: () => _parent = new StopSource(),
        [
            () => _parent.RequestStop("stop"),
            () => _parent.RequestAbort("abort"),
            () => _child = StopSource.LinkedTo(_parent.Token),
            () => _middle = StopSource.LinkedTo(_parent.Token),
        ],
        check: () =>
        {
            foreach (var child in new[] { _child, _middle })
            {
                Assert.Same(_parent.Reason, child.Reason);
                Assert.Same(_parent.AbortReason, child.AbortReason);
            }

            Assert.Equal(0, _parent.LiveChildren);
        });

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task Scopes_that_a_stop_and_an_abort_reach_together_have_each_reason_of_the_parent()
    {
        StopSource[] chain = [];
        return Race.Run(
            output,
            prepare: () =>
            {
                chain = [_parent = new StopSource(), new(), new(), new(), new()];
                for (var depth = 1; depth < chain.Length; depth++)
                    chain[depth] = StopSource.LinkedTo(chain[depth - 1].Token);
            },
            [() => _parent.RequestStop("stop"), () => _parent.RequestAbort("abort")],
            check: () =>
            {
                foreach (var scope in chain)
                {
                    Assert.Same(_parent.Reason, scope.Reason);
                    Assert.Same(_parent.AbortReason, scope.AbortReason);
                }
            });
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task A_child_of_two_parents_that_stop_together_has_the_reason_of_one_of_them()
    {
        var calls = 0;
        return Race.Run(
            output,
            prepare: () =>
            {
                calls = 0;
                (_parent, _middle) = (new StopSource(), new StopSource());
                _child = StopSource.LinkedTo(_parent.Token, _middle.Token);
                _child.Token.OnStop(_ => Interlocked.Increment(ref calls));
            },
            [() => _parent.RequestStop(), () => _middle.RequestStop()],
            check: () =>
            {
                Assert.True(_child.Reason == _parent.Reason || _child.Reason == _middle.Reason);
                Assert.Equal(1, calls);
            });
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task A_childs_own_stop_and_its_parents_give_it_one_reason_and_one_call()
    {
        var (calls, isOwn) = (0, false);
        var grandchild = _child;
        return Race.Run(
            output,
            prepare: () =>
            {
                calls = 0;
                _parent = new StopSource();
                _child = StopSource.LinkedTo(_parent.Token);
                grandchild = StopSource.LinkedTo(_child.Token);
                grandchild.Token.OnStop(_ => Interlocked.Increment(ref calls));
            },
            [() => _parent.RequestStop("parent"), () => isOwn = _child.RequestStop("own")],
            check: () =>
            {
                Assert.Equal(isOwn ? "own" : "parent", _child.Reason!.Message);
                Assert.Same(_child.Reason, grandchild.Reason);
                Assert.Equal(1, calls);
            });
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task When_a_stop_returns_what_somebody_else_stopped_reports_it_all_the_way_down()
    {
        // Whoever comes second may not return before everything below is stopped, although another one is at it.
        StopSource[] chain = [];
        var behind = 0;
        return Race.Run(
            output,
            prepare: () =>
            {
                chain = [_parent = new StopSource(), new(), new(), new(), new()];
                for (var depth = 1; depth < chain.Length; depth++)
                    chain[depth] = StopSource.LinkedTo(chain[depth - 1].Token);
            },
            [
                () => chain[1].RequestStop(),
                () =>
                {
                    _parent.RequestStop();
                    behind += chain.Count(scope => !scope.IsStopRequested);
                },
            ],
            check: () => Assert.Equal(0, behind));
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task Links_made_and_broken_from_many_threads_leave_no_child_behind() => Race.Run(
        output,
        prepare: () => _parent = new StopSource(),
        Race.Times(4, _ =>
        {
            using var first = StopSource.LinkedTo(_parent.Token);
            using var second = StopSource.LinkedTo(first.Token, _parent.Token);
            using var third = second.Token.Shield(Timeout.InfiniteTimeSpan);
            first.Dispose();
        }),
        check: () => Assert.Equal(0, _parent.LiveChildren));
}
