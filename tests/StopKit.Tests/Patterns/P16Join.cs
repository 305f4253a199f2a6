namespace StopKit.Tests.Patterns;

/// <summary>P16, join: one deadline for all, and the late ones are named with the place where they were last seen.</summary>
public sealed class P16Join
{
    [Fact(Timeout = Patience.TestTimeout)]
    public async Task The_join_comes_back_in_time_and_names_who_is_late() => await Task.Run(() =>
    {
        var (isThere, mayEnd) = (new Gate(), new Gate());
        using var prompt = ThreadWorker.Start("prompt", _ => { });
        using var late = ThreadWorker.Start("late", stop =>
        {
            stop.Checkpoint();
            isThere.Open();
            mayEnd.Pass();
        });
        prompt.Join();
        isThere.Pass();

        var first = Join.All(TimeSpan.Zero, prompt, late);
        mayEnd.Open();
        var second = Join.All(Patience.Limit, prompt, late);

        first.Late.Select(entry => entry.Path).Should().Equal("late");
        first.Late[0].LastCheckpoint!.ToString().Should().Contain($"{nameof(P16Join)}.cs:");
        second.IsComplete.Should().BeTrue();
    });
}
