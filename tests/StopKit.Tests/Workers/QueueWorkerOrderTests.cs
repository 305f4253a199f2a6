namespace StopKit.Tests.Workers;

/// <summary>Posts that wait for room are accepted in the order in which they came, and each is answered once.</summary>
public sealed class QueueWorkerOrderTests
{
    private readonly Gate _mayHandle = new();
    private readonly List<int> _handled = [];

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Thousands_of_waiting_posts_are_accepted_in_the_order_in_which_they_came()
    {
        const int count = 8_000;
        await using var worker = StartHeld(capacity: 1);

        var posts = Enumerable.Range(0, count).Select(item => worker.PostAsync(item).AsTask()).ToList();
        _mayHandle.Open();

        (await Task.WhenAll(posts).WaitAsync(Patience.Limit)).Should().OnlyContain(accepted => accepted);
        worker.Complete();
        await worker.Completion;
        _handled.Should().Equal(Enumerable.Range(0, count));
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_post_that_does_not_wait_cannot_overtake_one_that_does()
    {
        bool? hasOvertaken = null;
        var isHandling = new Gate();
        QueueWorker<int>? worker = null;
        worker = Worker.ForEach<int>(
            "one",
            async (item, _) =>
            {
                isHandling.Open();
                await _mayHandle.PassAsync();
                if (item == 2)
                    hasOvertaken = worker!.TryPost(4); // 2 was just taken, and 3 waits for its place
                _handled.Add(item);
            },
            new() { Capacity = 1 });
        worker.Start();
        worker.TryPost(1).Should().BeTrue();
        await isHandling.PassAsync();
        worker.TryPost(2).Should().BeTrue();
        var waiting = worker.PostAsync(3);

        _mayHandle.Open();

        (await waiting).Should().BeTrue();
        worker.Complete();
        await worker.Completion;
        hasOvertaken.Should().BeFalse();
        _handled.Should().Equal(1, 2, 3);
    }

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_post_that_gives_up_leaves_the_others_in_their_order(bool byCancellationToken)
    {
        using var stop = new StopSource();
        using var cancellation = new CancellationTokenSource();
        await using var worker = StartHeld(capacity: 1);
        await FillAsync(worker);
        var before = worker.PostAsync(3).AsTask();
        var givingUp = byCancellationToken ? worker.PostAsync(4, cancellation.Token).AsTask() : worker.PostAsync(4, stop.Token).AsTask();
        var behind = worker.PostAsync(5).AsTask();

        await cancellation.CancelAsync();
        stop.RequestStop();

        (await givingUp.WaitAsync(Patience.Limit)).Should().BeFalse();
        before.IsCompleted.Should().BeFalse();
        behind.IsCompleted.Should().BeFalse();
        _mayHandle.Open();
        (await Task.WhenAll(before, behind)).Should().OnlyContain(accepted => accepted);
        worker.Complete();
        await worker.Completion;
        _handled.Should().Equal(1, 2, 3, 5);
    }

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_token_that_was_stopped_before_gives_up_at_once_where_there_is_no_room(bool byCancellationToken)
    {
        using var stop = new StopSource();
        stop.RequestStop();
        await using var worker = StartHeld(capacity: 1);
        await FillAsync(worker);

        var wasAccepted = byCancellationToken
            ? await worker.PostAsync(3, new CancellationToken(canceled: true))
            : await worker.PostAsync(3, stop.Token);

        wasAccepted.Should().BeFalse();
        _mayHandle.Open();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_wait_that_is_over_leaves_nothing_at_its_token()
    {
        using var stop = new StopSource();
        await using var worker = StartHeld(capacity: 1);
        await FillAsync(worker);
        var post = worker.PostAsync(3, stop.Token);
        _mayHandle.Open();
        (await post).Should().BeTrue();
        worker.Complete();
        await worker.Completion;

        stop.RequestStop(); // would answer the post a second time if it were still tied

        _handled.Should().Equal(1, 2, 3);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_waiting_post_may_be_blocked_on()
    {
        await using var worker = StartHeld(capacity: 1);
        await FillAsync(worker);
        var post = worker.PostAsync(3);

        _mayHandle.Open();

#pragma warning disable CA2012, xUnit1031 // this is what people do, and what is tested
        (await Task.Run(() => post.GetAwaiter().GetResult())).Should().BeTrue();
#pragma warning restore CA2012, xUnit1031
    }

    private QueueWorker<int> StartHeld(int capacity)
    {
        var worker = Worker.ForEach<int>(
            "held",
            async (item, _) =>
            {
                await _mayHandle.PassAsync();
                _handled.Add(item);
            },
            new() { Capacity = capacity });
        worker.Start();
        return worker;
    }

    /// <summary>Puts 1 in the handler's hand and 2 in the queue, which is full then.</summary>
    private static async Task FillAsync(QueueWorker<int> worker)
    {
        (await worker.PostAsync(1)).Should().BeTrue();
        (await worker.PostAsync(2)).Should().BeTrue(); // accepted once 1 was taken
        worker.Count.Should().Be(1);
    }
}
