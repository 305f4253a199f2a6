namespace StopKit.Schedules.Groups;

/// <summary>What is known of one member, over all its instances.</summary>
/// <param name="name">Its name, which no other member of the schedule has.</param>
/// <param name="spec">How it behaves.</param>
public sealed class MemberTrack(string name, MemberSpec spec)
{
    private int _running;
    private int _starts;
    private int _mostAtOnce;

    /// <summary>Gets its name.</summary>
    public string Name => name;

    /// <summary>Gets how it behaves.</summary>
    public MemberSpec Spec => spec;

    /// <summary>Gets how many bodies or cleanups of it run.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Gets how often a body was started.</summary>
    public int Starts => Volatile.Read(ref _starts);

    /// <summary>Gets how many instances have ever run at once.</summary>
    public int MostAtOnce => Volatile.Read(ref _mostAtOnce);

    /// <summary>Gets or sets when its last body began to run.</summary>
    public long StartedAt { get; set; }

    /// <summary>Gets when its first body began to run; 0 if none has.</summary>
    public long FirstStartedAt { get; private set; }

    /// <summary>Gets when it first said that it is ready; 0 if it has not.</summary>
    public long FirstReadyAt { get; private set; }

    /// <summary>Gets when its first body ended, however it did; 0 if none has.</summary>
    public long FirstEndedAt { get; private set; }

    /// <summary>Gets when a body first ended without a failure and without being asked; 0 if none has.</summary>
    public long FirstCompletedAt { get; private set; }

    /// <summary>Gets or sets a value indicating whether its last body was asked to stop.</summary>
    public bool WasAsked { get; set; }

    /// <summary>Gets or sets when it first saw the stop; 0 if it has not.</summary>
    public long AskedAt { get; set; }

    /// <summary>Gets or sets the stage that it saw then.</summary>
    public StopStage AskedStage { get; set; }

    /// <summary>Gets or sets when its last body ended; 0 while it runs.</summary>
    public long EndedAt { get; set; }

    /// <summary>Gets or sets a value indicating whether its last body threw.</summary>
    public bool HasThrown { get; set; }

    /// <summary>Notes the start of a body; returns its number, from 1.</summary>
    /// <param name="now">The time.</param>
    /// <returns>How many have started.</returns>
    public int Enter(long now)
    {
        var running = Interlocked.Increment(ref _running);
        int most;
        while (running > (most = Volatile.Read(ref _mostAtOnce)) && Interlocked.CompareExchange(ref _mostAtOnce, running, most) != most)
        {
            // Another instance has noted more meanwhile.
        }

        (StartedAt, EndedAt, HasThrown, WasAsked) = (now, 0, false, false);
        if (FirstStartedAt == 0)
            FirstStartedAt = now;
        return Interlocked.Increment(ref _starts);
    }

    /// <summary>Notes the end of a body or cleanup.</summary>
    /// <param name="now">The time.</param>
    public void Exit(long now)
    {
        EndedAt = now;
        if (FirstEndedAt == 0)
            FirstEndedAt = now;
        if (FirstCompletedAt == 0 && !WasAsked && (!HasThrown || spec.Deed == MemberDeed.Exits))
            FirstCompletedAt = now;
        Interlocked.Decrement(ref _running);
    }

    /// <summary>Notes that the body is about to say that it is ready.</summary>
    /// <param name="now">The time.</param>
    public void Report(long now)
    {
        if (FirstReadyAt == 0)
            FirstReadyAt = now;
    }

    /// <summary>Notes that the body saw the stop.</summary>
    /// <param name="now">The time.</param>
    /// <param name="stage">The stage that it saw.</param>
    public void Ask(long now, StopStage stage)
    {
        WasAsked = true;
        if (AskedAt == 0)
            (AskedAt, AskedStage) = (now, stage);
    }
}
