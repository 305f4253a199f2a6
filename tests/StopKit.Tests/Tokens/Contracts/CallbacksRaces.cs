using Xunit.Abstractions;

namespace StopKit.Tests.Tokens.Contracts;

[Collection(Alone.Name)]
public sealed class CallbacksRaces(ITestOutputHelper output) : IDisposable
{
    private StopSource _source = new();
    private int _calls;

    public void Dispose() => _source.Dispose();

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task A_callback_registered_while_the_stop_comes_runs_exactly_once() => Race.Run(
        output,
        Prepare,
        [() => _source.RequestStop(), () => _source.Token.OnStop(_ => Interlocked.Increment(ref _calls))],
        check: () => Assert.Equal(1, _calls));

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task Unregister_either_prevents_the_callback_or_loses_and_never_both()
    {
        StopRegistration registration = default;
        var prevented = false;
        return Race.Run(
            output,
            prepare: () =>
            {
                Prepare();
                registration = Register();
            },
            [() => _source.RequestStop(), () => prevented = registration.Unregister()],
            check: () => Assert.Equal(prevented ? 0 : 1, _calls));
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task Of_several_that_unregister_one_callback_at_most_one_prevents_it()
    {
        StopRegistration registration = default;
        var prevented = 0;
        return Race.Run(
            output,
            prepare: () =>
            {
                Prepare();
                prevented = 0;
                registration = Register();
            },
            [() => _source.RequestStop(), Unregister, Unregister, Unregister],
            check: () => Assert.Equal(1, prevented + _calls));

        void Unregister()
        {
            if (registration.Unregister())
                Interlocked.Increment(ref prevented);
        }
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task Each_of_many_callbacks_is_prevented_or_runs_once_while_others_register_unregister_and_stop()
    {
        var prevented = new bool[8];
        var calls = new int[8];
        return Race.Run(
            output,
            prepare: () =>
            {
                _source = new StopSource();
                Array.Clear(calls);
            },
            [
                .. Race.Times(2, contender =>
                {
                    // Each registration takes the place that the one before left, so old values meet new callbacks.
                    for (var number = contender * 4; number < (contender + 1) * 4; number++)
                    {
                        var own = number;
                        var registration = _source.Token.OnStop(_ => Interlocked.Increment(ref calls[own]));
                        prevented[own] = own % 2 == 0 && registration.Unregister();
                        registration = default;
                    }
                }),
                () => _source.RequestStop(),
                () => _source.RequestAbort(),
            ],
            check: () =>
            {
                for (var number = 0; number < calls.Length; number++)
                    Assert.Equal(prevented[number] ? 0 : 1, calls[number]);
            });
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task After_Dispose_of_its_registration_a_callback_is_not_running()
    {
        StopRegistration registration = default;
        var (isReleased, usedAfterRelease) = (false, false);
        return Race.Run(
            output,
            prepare: () =>
            {
                Prepare();
                isReleased = false;
                registration = _source.Token.OnStop(_ =>
                {
                    Thread.SpinWait(20);
                    usedAfterRelease |= Volatile.Read(ref isReleased);
                });
            },
            [
                () => _source.RequestStop(),
                () =>
                {
                    registration.Dispose();
                    Volatile.Write(ref isReleased, true);
                },
            ],
            check: () => Assert.False(usedAfterRelease));
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task An_abort_callback_runs_exactly_once_and_after_the_stop_callback_of_the_same_request()
    {
        var stopCalls = 0;
        return Race.Run(
            output,
            prepare: () =>
            {
                Prepare();
                stopCalls = 0;
                _source.Token.OnStop(_ => Interlocked.Increment(ref stopCalls));
            },
            [
                () => _source.RequestAbort(),
                () => _source.RequestStop(),
                () => _source.Token.OnAbort(_ => Interlocked.Increment(ref _calls)),
                () => _source.Token.OnStop(_ => Interlocked.Increment(ref stopCalls)),
            ],
            check: () => Assert.Equal((1, 2), (_calls, stopCalls)));
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task What_callbacks_throw_on_several_threads_is_all_kept()
    {
        return Race.Run(
            output,
            Prepare,
            [() => _source.RequestStop(), RegisterOneThatThrows, RegisterOneThatThrows, RegisterOneThatThrows],
            check: () => Assert.Equal(3, _source.CallbackExceptions.Count),
            rounds: 2_000); // each throw costs microseconds

        void RegisterOneThatThrows() => _source.Token.OnStop(_ => throw new InvalidOperationException());
    }

    private void Prepare()
    {
        _source = new StopSource();
        _calls = 0;
    }

    private StopRegistration Register() => _source.Token.OnStop(_ => Interlocked.Increment(ref _calls));
}
