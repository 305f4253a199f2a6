namespace StopKit.Tests.Tokens.Contracts;

public sealed class LinksTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly StopSource _parent;

    public LinksTests() => _parent = new StopSource(_clock);

    public void Dispose() => _parent.Dispose();

    [Fact]
    public void A_stop_and_an_abort_flow_down_with_the_parents_reasons()
    {
        using var child = StopSource.LinkedTo(_parent.Token);
        using var grandchild = StopSource.LinkedTo(child.Token);

        _parent.RequestStop("stop");
        (child.Stage, grandchild.Stage).Should().Be((StopStage.Stopping, StopStage.Stopping));
        _parent.RequestAbort("abort");

        foreach (var scope in new[] { child, grandchild })
        {
            scope.Stage.Should().Be(StopStage.Aborting);
            scope.Reason.Should().BeSameAs(_parent.Reason);
            scope.AbortReason.Should().BeSameAs(_parent.AbortReason);
        }
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Forty_levels_of_diamonds_take_no_longer_than_the_sources_are_many()
    {
        List<StopSource> all = [_parent];
        var (left, right) = (_parent, _parent);
        for (var level = 0; level < 40; level++)
        {
            (left, right) = (StopSource.LinkedTo(left.Token, right.Token), StopSource.LinkedTo(left.Token, right.Token));
            all.AddRange([left, right]);
        }

        using var stranger = new StopSource();
        await Task.Run(() =>
        {
            left.TimeToAbort().Should().Be(Timeout.InfiniteTimeSpan);
            left.IsBelow(stranger).Should().BeFalse();
            left.IsBelow(_parent).Should().BeTrue();

            _parent.RequestStop(grace: TimeSpan.FromSeconds(3));
            left.TimeToAbort().Should().Be(TimeSpan.FromSeconds(3));
            using var late = StopSource.LinkedTo(left.Token, right.Token);
            _parent.RequestAbort();

            all.Should().OnlyContain(source => source.Stage == StopStage.Aborting);
            late.Stage.Should().Be(StopStage.Aborting);
            all.ForEach(source => source.Dispose());
        });
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Forty_levels_of_diamonds_can_be_disposed_from_the_top_and_still_stop()
    {
        using var root = new StopSource();
        List<StopSource> all = [];
        var (left, right) = (root, root);
        for (var level = 0; level < 40; level++)
        {
            (left, right) = (StopSource.LinkedTo(left.Token, right.Token), StopSource.LinkedTo(left.Token, right.Token));
            all.AddRange([left, right]);
        }

        await Task.Run(() =>
        {
            all[..^2].ForEach(source => source.Dispose());
            root.RequestStop("stop");
        });

        (left.Stage, right.Stage).Should().Be((StopStage.Stopping, StopStage.Stopping));
        root.LiveChildren.Should().Be(2);
    }

    [Fact]
    public void Nothing_flows_up_or_to_siblings()
    {
        using var child = StopSource.LinkedTo(_parent.Token);
        using var sibling = StopSource.LinkedTo(_parent.Token);

        child.RequestAbort();

        (_parent.Stage, sibling.Stage).Should().Be((StopStage.Running, StopStage.Running));
    }

    [Fact]
    public void A_child_keeps_its_own_earlier_reasons()
    {
        using var child = StopSource.LinkedTo(_parent.Token);
        using var grandchild = StopSource.LinkedTo(child.Token);
        child.RequestStop("own");

        _parent.RequestStop("parent's");
        _parent.RequestAbort("abort");

        child.Reason!.Message.Should().Be("own");
        grandchild.Reason.Should().BeSameAs(child.Reason);
        child.AbortReason.Should().BeSameAs(_parent.AbortReason);
    }

    [Fact]
    public void A_child_of_a_stopped_parent_is_born_stopped()
    {
        _parent.RequestStop("stop");
        using var stopped = StopSource.LinkedTo(_parent.Token);
        _parent.RequestAbort("abort");
        using var aborted = StopSource.LinkedTo(_parent.Token);

        stopped.Stage.Should().Be(StopStage.Aborting, "the abort came after it");
        aborted.Stage.Should().Be(StopStage.Aborting);
        foreach (var child in new[] { stopped, aborted })
        {
            child.Reason.Should().BeSameAs(_parent.Reason);
            child.AbortReason.Should().BeSameAs(_parent.AbortReason);
            child.RequestStop().Should().BeFalse();
        }
    }

    [Fact]
    public void The_first_parent_to_stop_wins()
    {
        using var other = new StopSource();
        using var child = StopSource.LinkedTo(_parent.Token, other.Token);

        other.RequestStop("other");
        _parent.RequestStop("parent");

        child.Reason.Should().BeSameAs(other.Reason);
    }

    [Fact]
    public void Each_parent_may_bring_the_abort()
    {
        using var other = new StopSource();
        using var child = StopSource.LinkedTo(_parent.Token, other.Token);

        _parent.RequestStop("parent");
        other.RequestAbort("other");

        child.Reason.Should().BeSameAs(_parent.Reason);
        child.AbortReason.Should().BeSameAs(other.AbortReason);
    }

    [Fact]
    public void Of_several_parents_that_are_stopped_already_the_first_in_order_wins()
    {
        using var other = new StopSource();
        other.RequestAbort("other");
        _parent.RequestStop("parent");

        using var child = StopSource.LinkedTo(StopToken.None, _parent.Token, other.Token);

        child.Reason.Should().BeSameAs(_parent.Reason);
        child.AbortReason.Should().BeSameAs(other.AbortReason);
    }

    [Fact]
    public void A_parent_that_is_named_twice_is_linked_once()
    {
        using var child = StopSource.LinkedTo(_parent.Token, StopToken.None, _parent.Token);

        _parent.LiveChildren.Should().Be(1);
    }

    [Fact]
    public void A_scope_without_parents_stops_alone()
    {
        using var ofNone = StopSource.LinkedTo(StopToken.None);
        using var ofNobody = StopSource.LinkedTo();
        using var ofNones = StopSource.LinkedTo(StopToken.None, StopToken.None);

        foreach (var scope in new[] { ofNone, ofNobody, ofNones })
        {
            scope.IsStopRequested.Should().BeFalse();
            scope.RequestStop().Should().BeTrue();
        }
    }

    [Fact]
    public void A_child_has_its_first_parents_clock()
    {
        using var other = new StopSource();
        using var child = StopSource.LinkedTo(_parent.Token);
        using var childOfTwo = StopSource.LinkedTo(StopToken.None, _parent.Token, other.Token);

        child.StopAfter(TimeSpan.FromDays(1));
        childOfTwo.StopAfter(TimeSpan.FromDays(1));
        _clock.Advance(TimeSpan.FromDays(1));

        child.IsStopRequested.Should().BeTrue();
        childOfTwo.IsStopRequested.Should().BeTrue();
    }

    [Fact]
    public void LiveChildren_counts_the_scopes_that_are_not_disposed()
    {
        var first = StopSource.LinkedTo(_parent.Token);
        using var second = StopSource.LinkedTo(_parent.Token);
        var shield = _parent.Token.Shield(Timeout.InfiniteTimeSpan);
        _parent.LiveChildren.Should().Be(3);

        first.Dispose();
        first.Dispose();
        shield.Dispose();

        _parent.LiveChildren.Should().Be(1);
    }

    [Fact]
    public void A_stopped_parent_keeps_its_children_for_the_abort_and_an_aborted_one_lets_them_go()
    {
        using var child = StopSource.LinkedTo(_parent.Token);

        _parent.RequestStop();
        _parent.LiveChildren.Should().Be(1);
        _parent.RequestAbort();
        _parent.LiveChildren.Should().Be(0);
        using var late = StopSource.LinkedTo(_parent.Token);

        _parent.LiveChildren.Should().Be(0);
    }

    [Fact]
    public void Children_may_be_disposed_in_any_order()
    {
        var children = Enumerable.Range(0, 20).Select(_ => StopSource.LinkedTo(_parent.Token)).ToList();
        var random = new Random(7);
        var kept = children[13];

        foreach (var child in children.OrderBy(_ => random.Next()).Where(child => child != kept))
            child.Dispose();
        _parent.LiveChildren.Should().Be(1);
        _parent.RequestStop();

        kept.IsStopRequested.Should().BeTrue();
        children.Should().ContainSingle(child => child.IsStopRequested);
        kept.Dispose();
    }

    [Fact]
    public void Disposing_a_middle_scope_leaves_its_children_linked_to_its_parents()
    {
        using var other = new StopSource();
        var middle = StopSource.LinkedTo(_parent.Token, other.Token);
        using var child = StopSource.LinkedTo(middle.Token);
        using var secondChild = StopSource.LinkedTo(middle.Token);

        middle.Dispose();

        (_parent.LiveChildren, middle.LiveChildren, other.LiveChildren).Should().Be((2, 0, 2));
        other.RequestStop("other");
        child.Reason.Should().BeSameAs(other.Reason);
        secondChild.Reason.Should().BeSameAs(other.Reason);
        middle.IsStopRequested.Should().BeFalse();
        _parent.RequestAbort("parent");
        child.AbortReason.Should().BeSameAs(_parent.AbortReason);
    }

    [Fact]
    public void A_scope_that_is_opened_below_a_disposed_one_is_linked_to_what_is_above_it()
    {
        var middle = StopSource.LinkedTo(_parent.Token);
        var lower = StopSource.LinkedTo(middle.Token);
        lower.Dispose();
        middle.Dispose();

        using var child = StopSource.LinkedTo(lower.Token);
        _parent.LiveChildren.Should().Be(1);
        _parent.RequestStop();

        child.Reason.Should().BeSameAs(_parent.Reason);
    }

    [Fact]
    public void A_disposed_middle_scope_that_was_stopped_hands_down_its_own_stop()
    {
        var middle = StopSource.LinkedTo(_parent.Token);
        middle.RequestStop("middle");
        middle.Dispose();

        using var child = StopSource.LinkedTo(middle.Token);

        child.Reason.Should().BeSameAs(middle.Reason);
        _parent.RequestAbort("parent");
        child.AbortReason.Should().BeSameAs(_parent.AbortReason);
    }

    [Fact]
    public void A_child_of_a_child_whose_both_middle_scopes_are_disposed_is_one_live_child()
    {
        var (left, right) = (StopSource.LinkedTo(_parent.Token), StopSource.LinkedTo(_parent.Token));
        var child = StopSource.LinkedTo(left.Token, right.Token);

        left.Dispose();
        right.Dispose();

        _parent.LiveChildren.Should().Be(1);
        child.Dispose();
        _parent.LiveChildren.Should().Be(0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Of_two_stopped_parents_the_first_wins_also_above_disposed_scopes(int depth)
    {
        using var first = new StopSource();
        using var second = new StopSource();
        var scopes = new List<StopSource> { StopSource.LinkedTo(first.Token, second.Token) };
        while (scopes.Count < depth)
            scopes.Add(StopSource.LinkedTo(scopes[^1].Token));
        foreach (var scope in scopes)
            scope.Dispose();
        second.RequestStop("second");
        first.RequestStop("first");

        using var child = StopSource.LinkedTo(scopes[^1].Token);

        child.Reason.Should().BeSameAs(first.Reason);
    }

    [Fact]
    public void A_child_that_hangs_on_one_parent_by_a_disposed_shield_and_by_itself_is_one_live_child()
    {
        var shield = _parent.Token.Shield(Timeout.InfiniteTimeSpan);
        shield.Dispose();
        var child = StopSource.LinkedTo(shield.Token, _parent.Token);

        _parent.LiveChildren.Should().Be(1);
        _parent.RequestStop("enough");
        child.Reason.Should().BeSameAs(_parent.Reason);
        child.Dispose();
        _parent.LiveChildren.Should().Be(0);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Disposing_the_layers_of_a_web_from_above_does_not_multiply_its_links() => await Task.Run(() =>
    {
        // Three scopes a layer, each below all three of the layer above it: 3^20 ways from the top to the bottom.
        var layers = new List<StopSource[]> { new[] { _parent } };
        for (var depth = 0; depth < 20; depth++)
        {
            StopToken[] above = [.. layers[^1].Select(source => source.Token)];
            layers.Add([.. Enumerable.Range(0, 3).Select(_ => StopSource.LinkedTo(above))]);
        }

        foreach (var source in layers.Skip(1).SkipLast(1).SelectMany(layer => layer))
            source.Dispose();

        _parent.LiveChildren.Should().Be(3);
        _parent.RequestStop();
        layers[^1].Should().OnlyContain(source => source.Reason == _parent.Reason);
    });

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Opening_a_scope_below_a_web_that_was_disposed_from_below_is_no_long_way() => await Task.Run(() =>
    {
        var layers = new List<StopSource[]> { new[] { _parent } };
        for (var depth = 0; depth < 20; depth++)
        {
            StopToken[] above = [.. layers[^1].Select(source => source.Token)];
            layers.Add([.. Enumerable.Range(0, 3).Select(_ => StopSource.LinkedTo(above))]);
        }

        foreach (var source in layers.Skip(1).Reverse().SelectMany(layer => layer))
            source.Dispose();
        using var child = StopSource.LinkedTo(layers[^1][0].Token);

        _parent.LiveChildren.Should().Be(1);
        _parent.RequestStop();
        child.Reason.Should().BeSameAs(_parent.Reason);
    });

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_stop_of_a_web_of_many_ways_visits_each_scope_once() => await Task.Run(() =>
    {
        var (calls, layers) = (0, new List<StopSource[]> { new[] { _parent } });
        for (var depth = 0; depth < 30; depth++)
        {
            StopToken[] above = [.. layers[^1].Select(source => source.Token)];
            layers.Add([.. Enumerable.Range(0, 8).Select(_ => StopSource.LinkedTo(above))]);
        }

        foreach (var source in layers.SelectMany(layer => layer))
            source.Token.OnAbort(_ => calls++);
        _parent.RequestAbort();

        calls.Should().Be(1 + (30 * 8));
        layers[^1].Should().OnlyContain(source => source.Stage == StopStage.Aborting);
    });

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_chain_of_100_000_scopes_stops_aborts_and_is_disposed_without_overflowing_the_stack() => await Task.Run(() =>
    {
        const int Depth = 100_000;
        var chain = new List<StopSource> { _parent };
        for (var depth = 0; depth < Depth; depth++)
            chain.Add(StopSource.LinkedTo(chain[^1].Token));
        var stops = new List<int>();
        for (var depth = 0; depth <= Depth; depth++)
        {
            var number = depth;
            chain[depth].Token.OnStop(_ => stops.Add(number));
        }

        _parent.RequestStop("from the top");
        stops.Should().Equal(Enumerable.Range(0, Depth + 1).Reverse());
        _parent.RequestAbort();

        chain[^1].Reason.Should().BeSameAs(_parent.Reason);
        chain[^1].AbortReason.Should().BeSameAs(_parent.AbortReason);
        chain.ForEach(source => source.Dispose());
    });

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_long_chain_whose_middle_is_disposed_still_stops_at_its_end() => await Task.Run(() =>
    {
        var chain = new List<StopSource> { _parent };
        for (var depth = 0; depth < 100_000; depth++)
            chain.Add(StopSource.LinkedTo(chain[^1].Token));

        foreach (var source in chain.Skip(1).SkipLast(1))
            source.Dispose();
        _parent.LiveChildren.Should().Be(1);
        _parent.RequestStop();

        chain[^1].Reason.Should().BeSameAs(_parent.Reason);
    });
}
