namespace StopKit.Tests.Tokens.Contracts;

public sealed class PollingTests : IDisposable
{
    private readonly StopSource _source = new();

    public void Dispose() => _source.Dispose();

    [Fact]
    public void The_not_stopped_poll_allocates_nothing()
    {
        using var child = StopSource.LinkedTo(_source.Token);
        var seen = 0;
        foreach (var token in new[] { _source.Token, child.Token, StopToken.None })
        {
            Memory.Allocated(() =>
            {
                seen += token.IsStopRequested || token.IsAbortRequested || token.Stage != StopStage.Running || token.Reason is not null ? 1 : 0;
                token.ThrowIfStopRequested();
                token.ThrowIfAbortRequested();
                token.Checkpoint();
            }).Should().Be(0);
        }

        seen.Should().Be(0);
    }

    [Fact]
    public void The_stopped_poll_allocates_nothing_either()
    {
        _source.RequestAbort();
        var seen = 0;

        Memory.Allocated(() => seen += _source.Token is { IsStopRequested: true, IsAbortRequested: true } ? 1 : 0).Should().Be(0);

        seen.Should().BeGreaterThan(10_000);
    }

    [Fact]
    public void A_source_that_is_only_polled_and_stopped_makes_nothing_but_its_reason()
    {
        const int Calls = 10_000;
        var reason = StopReason.Requested();

        // The object header and method table, two reasons, context, attachments, parents, gate and marks.
        Memory.Allocated(() => new StopSource().RequestStop(reason), Calls, enough: Calls * 96).Should().BeLessThanOrEqualTo(Calls * 96);
    }

    [Fact]
    public void The_first_use_of_Stopping_makes_nothing_but_the_platforms_source()
    {
        const int Calls = 10_000;
        var source = Memory.Allocated(() => _ = new StopSource(), Calls);
        var cancellation = Memory.Allocated(() => _ = new CancellationTokenSource(), Calls);

        Memory.Allocated(() => _ = new StopSource().Token.Stopping, Calls, enough: source + cancellation)
            .Should().BeLessThanOrEqualTo(source + cancellation);
    }

    [Fact]
    public void A_deadline_that_does_not_expire_makes_no_text()
    {
        const int Calls = 10_000;

        // One object; the text alone would be as much again.
        Memory.Allocated(() => _ = StopReason.Deadline(TimeSpan.FromSeconds(5)), Calls, enough: Calls * 48)
            .Should().BeLessThanOrEqualTo(Calls * 48);
    }

    [Fact]
    public void A_wait_that_ends_at_once_allocates_nothing()
    {
        Memory.Allocated(() => _source.Token.Wait(TimeSpan.Zero)).Should().Be(0);

        _source.RequestStop();

        Memory.Allocated(() => _source.Token.Wait(Timeout.InfiniteTimeSpan)).Should().Be(0);
    }

    [Fact]
    public void A_thread_that_waits_again_and_again_allocates_nothing_in_the_long_run()
    {
        var unset = new StopEvent();
        var soon = TimeSpan.FromTicks(1);

        Memory.Allocated(() => _source.Token.Wait(soon), calls: 100).Should().Be(0);
        Memory.Allocated(() => unset.Wait(soon), calls: 100).Should().Be(0);
    }

    [Fact]
    public void Registering_and_unregistering_allocates_nothing_in_the_long_run()
    {
        Action<StopReason> callback = _ => { };

        Memory.Allocated(() => _source.Token.OnStop(callback).Unregister()).Should().Be(0);
        Memory.Allocated(() => _source.Token.OnAbort(callback).Dispose()).Should().Be(0);
        Memory.Allocated(() => _source.Token.OnStop(static (_, _) => { }, _source).Unregister()).Should().Be(0);
        Memory.Allocated(() =>
        {
            // As many at once as a source keeps for the next time.
            var registrations = default(Sixteen);
            for (var number = 0; number < 16; number++)
                registrations[number] = _source.Token.OnStop(callback);
            for (var number = 0; number < 16; number++)
                registrations[number].Dispose();
        }).Should().Be(0);
    }

    [Fact]
    public void The_cancellation_tokens_are_made_once()
    {
        _source.Token.Stopping.Should().Be(_source.Token.Stopping);
        _source.Token.Aborting.Should().NotBe(_source.Token.Stopping);

        Memory.Allocated(() => _ = _source.Token.Stopping.CanBeCanceled && _source.Token.Aborting.CanBeCanceled).Should().Be(0);
    }

    [Fact]
    public void A_token_that_cannot_be_stopped_registers_at_no_cost() =>
        Memory.Allocated(() => StopToken.None.OnStop(static (_, _) => { }, null).Dispose()).Should().Be(0);

    [System.Runtime.CompilerServices.InlineArray(16)]
    private struct Sixteen
    {
        private StopRegistration _first;
    }
}
