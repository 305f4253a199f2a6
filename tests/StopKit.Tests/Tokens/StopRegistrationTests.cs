namespace StopKit.Tests.Tokens;

public sealed class StopRegistrationTests : IDisposable
{
    private readonly StopSource _source = new();
    private readonly StopEvent _isRunning = new();
    private readonly StopEvent _mayReturn = new();

    public void Dispose() => _source.Dispose();

    [Fact]
    public void Unregister_prevents_the_callback_and_says_so_once()
    {
        var calls = 0;
        var registration = _source.Token.OnStop(_ => calls++);

        registration.Unregister().Should().BeTrue();
        registration.Unregister().Should().BeFalse();
        _source.RequestStop();

        calls.Should().Be(0);
    }

    [Fact]
    public async Task Dispose_and_DisposeAsync_prevent_the_callback()
    {
        var calls = 0;
        var (first, second) = (_source.Token.OnStop(_ => calls++), _source.Token.OnAbort(_ => calls++));

        first.Dispose();
        await second.DisposeAsync();
        _source.RequestAbort();

        calls.Should().Be(0);
    }

    [Fact]
    public void Unregister_after_the_callback_ran_returns_false()
    {
        var registration = _source.Token.OnStop(_ => { });

        _source.RequestStop();

        registration.Unregister().Should().BeFalse();
    }

    [Fact]
    public void An_old_registration_does_not_touch_the_one_that_took_its_place()
    {
        var calls = 0;
        var old = _source.Token.OnStop(_ => calls++);
        old.Unregister();
        var current = _source.Token.OnStop(_ => calls++);

        old.Unregister().Should().BeFalse();
        old.Dispose();
        _source.RequestStop();

        calls.Should().Be(1);
        old.Should().NotBe(current);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Dispose_waits_for_its_own_callback_that_is_running()
    {
        var registration = RegisterOneThatBlocks();
        var request = Task.Run(() => _source.RequestStop());
        _isRunning.Wait(Patience.Limit).Should().BeTrue();

        var disposing = BlockedThread<bool>.Start(() =>
        {
            registration.Dispose();
            return _mayReturn.IsSet;
        });
        var disposingToo = registration.DisposeAsync().AsTask();

        disposingToo.IsCompleted.Should().BeFalse();
        registration.Unregister().Should().BeFalse("it never waits");
        _mayReturn.Set();
        disposing.Result.Should().BeTrue("it returned only after the callback could");
        await disposingToo;
        await request;
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Dispose_waits_for_a_callback_that_throws()
    {
        var registration = _source.Token.OnStop(_ =>
        {
            _isRunning.Set();
            _mayReturn.Wait(Patience.Limit);
            throw new InvalidOperationException();
        });
        var request = Task.Run(() => _source.RequestStop());
        _isRunning.Wait(Patience.Limit).Should().BeTrue();
        var disposing = registration.DisposeAsync().AsTask();

        _mayReturn.Set();

        await disposing;
        await request;
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Dispose_never_waits_for_another_callback()
    {
        var calls = 0;
        var waiting = _source.Token.OnStop(_ => calls++); // older, so it would come after the one that blocks
        RegisterOneThatBlocks();
        var done = _source.Token.OnStop(_ => { });
        var request = Task.Run(() => _source.RequestStop());
        _isRunning.Wait(Patience.Limit).Should().BeTrue();

        done.Dispose(); // ran
        waiting.Dispose(); // did not run, and never will

        _mayReturn.Set();
        await request;
        calls.Should().Be(0);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Dispose_from_its_own_callback_does_not_wait()
    {
        StopRegistration own = default;
        own = _source.Token.OnStop(_ =>
        {
            own.Dispose();
            own.DisposeAsync().AsTask().IsCompleted.Should().BeTrue();
        });

        await Task.Run(() => _source.RequestStop());

        _source.CallbackExceptions.Should().BeEmpty();
    }

    [Fact]
    public void The_empty_registration_does_nothing()
    {
        StopRegistration empty = default;

        empty.Unregister().Should().BeFalse();
        empty.Dispose();
        empty.DisposeAsync().AsTask().IsCompleted.Should().BeTrue();
        empty.GetHashCode().Should().Be(StopToken.None.OnStop(_ => { }).GetHashCode());
    }

    [Fact]
    public void Two_values_are_equal_if_they_stand_for_one_registration()
    {
        var one = _source.Token.OnStop(_ => { });
        var copy = one;
        var other = _source.Token.OnStop(_ => { });

        (one == copy).Should().BeTrue();
        (one != copy).Should().BeFalse();
        one.Equals((object)copy).Should().BeTrue();
        one.GetHashCode().Should().Be(copy.GetHashCode());
        (one == other).Should().BeFalse();
        (one != other).Should().BeTrue();
        one.Equals("no registration").Should().BeFalse();
    }

    private StopRegistration RegisterOneThatBlocks() => _source.Token.OnStop(_ =>
    {
        _isRunning.Set();
        _mayReturn.Wait(Patience.Limit);
    });
}
