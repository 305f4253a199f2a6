namespace StopKit.Tests.Tokens.Contracts;

public sealed class CallbacksTests : IDisposable
{
    private readonly StopSource _source = new();
    private readonly List<string> _calls = [];

    public void Dispose() => _source.Dispose();

    [Fact]
    public void A_callback_runs_once_with_the_reason_and_its_state()
    {
        var reason = StopReason.Requested("enough");
        var state = new object();
        _source.Token.OnStop((given, why) => _calls.Add($"stop {given == state} {why}"), state);
        _source.Token.OnAbort((given, why) => _calls.Add($"abort {given == state} {why}"), state);

        _source.RequestStop(reason);
        _source.RequestStop("again");
        _source.RequestAbort("now");
        _source.RequestAbort("again");

        _calls.Should().Equal("stop True enough", "abort True now");
    }

    [Fact]
    public void Each_of_many_callbacks_that_throw_costs_the_same()
    {
        const int Many = 10_000;
        var thrown = new InvalidOperationException();
        for (var number = 0; number < Many; number++)
            _source.Token.OnStop(_ => throw thrown);
        var before = GC.GetAllocatedBytesForCurrentThread();

        _source.RequestStop();

        // A copy of the list for each would be 400 MB; that an exception is thrown costs some hundred bytes.
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(100_000_000);
        _source.CallbackExceptions.Should().HaveCount(Many).And.AllBeEquivalentTo(thrown);
    }

    [Fact]
    public void A_list_of_what_callbacks_threw_is_in_their_order_and_never_changes()
    {
        _source.Token.OnStop(_ => throw new InvalidOperationException("first"));
        _source.Token.OnAbort(_ => throw new InvalidOperationException("second"));
        _source.RequestStop();
        var early = _source.CallbackExceptions;

        _source.RequestAbort();

        early.Select(exception => exception.Message).Should().Equal("first");
        _source.CallbackExceptions.Select(exception => exception.Message).Should().Equal("first", "second");
    }

    [Fact]
    public void The_newest_runs_first()
    {
        List<StopRegistration> registrations = [.. Enumerable.Range(1, 5).Select(number => OnStop(_source, $"{number}"))];
        registrations[2].Unregister().Should().BeTrue();
        OnStop(_source, "6"); // in the place of the one that went

        _source.RequestStop();

        _calls.Should().Equal("6", "5", "4", "2", "1");
    }

    [Fact]
    public void A_childs_run_before_its_parents()
    {
        using var child = StopSource.LinkedTo(_source.Token);
        using var grandchild = StopSource.LinkedTo(child.Token);
        OnStop(grandchild, "grandchild");
        OnStop(child, "child");
        OnStop(_source, "parent");
        OnStop(grandchild, "grandchild, newer");

        _source.RequestStop();

        _calls.Should().Equal("grandchild, newer", "grandchild", "child", "parent");
    }

    [Theory]
    [InlineData(StopStage.Stopping)]
    [InlineData(StopStage.Aborting)]
    public void A_childs_run_before_those_of_every_parent_also_where_scopes_have_several(StopStage stage)
    {
        // A web of random layers: each scope hangs on some of all that were made before it.
        var random = new Random(20300102);
        List<(StopSource Source, List<int> Parents)> web = [(_source, [])];
        for (var number = 1; number < 60; number++)
        {
            List<int> parents = [.. Enumerable.Range(0, number).OrderBy(_ => random.Next()).Take(1 + random.Next(4))];
            web.Add((StopSource.LinkedTo([.. parents.Select(parent => web[parent].Source.Token)]), parents));
        }

        foreach (var (scope, number) in web.Select((scope, number) => (scope, number)))
        {
            if (stage == StopStage.Aborting)
                scope.Source.Token.OnAbort(_ => _calls.Add($"{number}"));
            else
                OnStop(scope.Source, $"{number}");
        }

        _source.RequestAbort();

        _calls.Should().HaveCount(web.Count).And.OnlyHaveUniqueItems();
        foreach (var (scope, number) in web.Select((scope, number) => (scope, number)))
            scope.Parents.Should().NotContain(parent => _calls.IndexOf($"{parent}") < _calls.IndexOf($"{number}"));
    }

    [Fact]
    public void One_that_throws_stops_no_other_and_is_kept()
    {
        using var child = StopSource.LinkedTo(_source.Token);
        var (first, second, childs) = (new InvalidOperationException(), new OperationCanceledException(), new TimeoutException());
        _source.Token.OnStop(_ => throw second);
        OnStop(_source, "between");
        _source.Token.OnStop(_ => throw first);
        OnStop(child, "child");
        child.Token.OnStop(_ => throw childs);

        _source.RequestStop().Should().BeTrue();

        _calls.Should().Equal("child", "between");
        _source.CallbackExceptions.Should().Equal(first, second);
        child.CallbackExceptions.Should().Equal(childs);
    }

    [Fact]
    public void What_a_callback_of_a_cancellation_token_throws_is_kept_as_well()
    {
        var (first, second, atAbort) = (new InvalidOperationException(), new TimeoutException(), new NotSupportedException());
        _source.Token.Stopping.Register(() => throw second);
        _source.Token.Stopping.Register(() => throw first);
        _source.Token.Aborting.Register(() => throw atAbort);
        OnStop(_source, "ran");

        _source.RequestAbort().Should().BeTrue();

        _calls.Should().Equal("ran");
        _source.CallbackExceptions.Should().BeEquivalentTo<Exception>([first, second, atAbort]);
    }

    [Fact]
    public void A_list_of_exceptions_that_was_read_never_changes()
    {
        _source.RequestStop();
        _source.Token.OnStop(_ => throw new InvalidOperationException());
        var read = _source.CallbackExceptions;

        _source.Token.OnStop(_ => throw new InvalidOperationException());

        read.Should().ContainSingle();
        _source.CallbackExceptions.Should().HaveCount(2);
    }

    [Fact]
    public void Registering_on_a_stopped_token_runs_at_once_on_the_calling_thread()
    {
        _source.RequestStop("enough");
        var thread = 0;

        var registration = _source.Token.OnStop(why =>
        {
            thread = Environment.CurrentManagedThreadId;
            _calls.Add($"{why}");
        });

        thread.Should().Be(Environment.CurrentManagedThreadId);
        _calls.Should().Equal("enough");
        registration.Should().Be(default(StopRegistration));
        registration.Unregister().Should().BeFalse();
    }

    [Fact]
    public void What_such_a_callback_throws_is_kept_and_not_thrown()
    {
        var failure = new InvalidOperationException();
        _source.RequestAbort();

        _source.Token.OnStop(_ => throw failure);
        _source.Token.OnAbort(_ => throw failure);

        _source.CallbackExceptions.Should().Equal(failure, failure);
    }

    [Fact]
    public void An_abort_callback_waits_for_the_abort_on_a_token_that_is_only_stopped()
    {
        _source.RequestStop();
        _source.Token.OnAbort(_ => _calls.Add("abort"));
        _calls.Should().BeEmpty();

        _source.RequestAbort();

        _calls.Should().Equal("abort");
    }

    [Fact]
    public void Null_is_refused_as_a_callback_also_by_a_token_that_never_stops()
    {
        foreach (var token in new[] { _source.Token, StopToken.None })
        {
            token.Invoking(each => each.OnStop(null!)).Should().Throw<ArgumentNullException>().WithParameterName("callback");
            token.Invoking(each => each.OnAbort(null!)).Should().Throw<ArgumentNullException>().WithParameterName("callback");
            token.Invoking(each => each.OnStop(null!, null)).Should().Throw<ArgumentNullException>().WithParameterName("callback");
            token.Invoking(each => each.OnAbort(null!, null)).Should().Throw<ArgumentNullException>().WithParameterName("callback");
        }
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_callback_may_request_register_unregister_and_dispose()
    {
        using var child = StopSource.LinkedTo(_source.Token);
        StopRegistration own = default;
        var older = OnStop(_source, "never, it is unregistered");
        own = _source.Token.OnStop(_ =>
        {
            _calls.Add($"stop again: {_source.RequestStop()}");
            _calls.Add($"own: {own.Unregister()}, older: {older.Unregister()}");
            own.Dispose();
            OnStop(_source, "registered within");
            _source.Token.OnAbort(_ => _calls.Add("abort, registered within"));
            _calls.Add($"abort: {_source.RequestAbort()}");
            child.Dispose();
            _source.Dispose();
            _calls.Add("end");
        });

        await Task.Run(() => _source.RequestStop());

        _source.CallbackExceptions.Should().BeEmpty();
        _calls.Should().Equal(
            "stop again: False", "own: False, older: True", "registered within", "abort, registered within", "abort: True", "end");
    }

    [Fact]
    public void A_scope_that_a_callback_disposes_still_runs_what_the_request_has_claimed()
    {
        using var child = StopSource.LinkedTo(_source.Token);
        OnStop(_source, "parent");
        child.Token.OnStop(_ => _source.Dispose());

        _source.RequestStop();

        _calls.Should().Equal("parent");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Two_sources_whose_callbacks_stop_each_other_end_without_deadlock()
    {
        using var other = new StopSource();
        var meet = new Barrier(2);
        _source.Token.OnStop(_ =>
        {
            meet.SignalAndWait(Patience.Limit);
            other.RequestAbort();
        });
        other.Token.OnStop(_ =>
        {
            meet.SignalAndWait(Patience.Limit);
            _source.RequestAbort();
        });

        await Task.WhenAll(Task.Run(() => _source.RequestStop()), Task.Run(() => other.RequestStop()));

        (_source.Stage, other.Stage).Should().Be((StopStage.Aborting, StopStage.Aborting));
    }

    [Fact]
    public void It_runs_in_the_execution_context_of_the_request()
    {
        var local = new AsyncLocal<string> { Value = "registering" };
        OnStopDo(() => _calls.Add(local.Value));
        local.Value = "requesting";

        _source.RequestStop();

        _calls.Should().Equal("requesting");
        void OnStopDo(Action action) => _source.Token.OnStop(_ => action());
    }

    private StopRegistration OnStop(StopSource source, string name) => source.Token.OnStop(_ => _calls.Add(name));
}
