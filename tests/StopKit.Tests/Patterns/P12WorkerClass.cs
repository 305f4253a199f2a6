namespace StopKit.Tests.Patterns;

/// <summary>P12, a worker class: arguments in the constructor, the work in Run, and what must happen in any case in the cleanup.</summary>
public sealed class P12WorkerClass
{
    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_thread_and_an_async_class_take_their_arguments_and_clean_up_however_they_end() => await Task.Run(() =>
    {
        var journal = new Journal();
        using var source = new StopSource();
        using Worker thread = new ThreadCounter(journal, 3), async = new AsyncCounter(journal, 2);

        thread.Start(source.Token);
        async.Start(source.Token);
        journal.Await(2);
        source.RequestStop();

        thread.Join().Outcome.Should().Be(WorkerOutcome.Stopped);
        async.Join().Outcome.Should().Be(WorkerOutcome.Faulted);
        journal.Entries.Should().BeEquivalentTo("counts to 3", "counts to 2", "3: put away", "2: put away");
    });

    private sealed class ThreadCounter(Journal journal, int limit) : ThreadWorker
    {
        protected override void Run(StopToken stop)
        {
            journal.Add($"counts to {limit}");
            stop.Wait();
        }

        protected override void CleanUp(StopToken shielded) => journal.Add($"{limit}: put away");
    }

    private sealed class AsyncCounter(Journal journal, int limit) : AsyncWorker
    {
        protected override async Task RunAsync(StopToken stop)
        {
            journal.Add($"counts to {limit}");
            await stop.WaitAsync(Patience.Limit);
            throw new InvalidDataException("on the way out");
        }

        protected override Task CleanUpAsync(StopToken shielded)
        {
            journal.Add($"{limit}: put away");
            return Task.CompletedTask;
        }
    }
}
