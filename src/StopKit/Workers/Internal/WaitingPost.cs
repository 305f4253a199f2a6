using System.Threading.Tasks.Sources;

namespace StopKit;

/// <summary>A post that waits for room in a queue, until it is accepted, refused, or given up by its token.</summary>
/// <remarks>
/// <code>
/// made ──AddOrWait──▶ queued ──room: Accepted, closed: Refused, the token: GivenUp──▶ answered ──▶ released
/// </code>
/// The intake's lock decides which of them comes first. The tie to the token is taken off by its release, or by
/// <see cref="WaitAsync"/> if that comes later.
/// </remarks>
internal sealed class WaitingPost<T>(Intake<T> intake, T item, StopToken giveUp, CancellationToken cancellation)
    : AsyncWaiter, IValueTaskSource<bool>
{
    private const int Untied = 0;
    private const int Tied = 1;
    private const int Released = 2;

    private Relay? _relay;
    private CancellationTokenRegistration _registration;
    private int _tie;

    internal T Item => item;

    /// <summary>Gets or sets the answer; the intake's lock guards it until the post is released.</summary>
    internal PostAnswer Answer { get; set; }

    /// <summary>Begins to wait; it was queued before, so it may have its answer already.</summary>
    internal ValueTask<bool> WaitAsync()
    {
        if (Tie() && Interlocked.CompareExchange(ref _tie, Tied, Untied) != Untied)
            Untie(); // released meanwhile, when there was nothing to take off yet
        return new ValueTask<bool>(this, Version);
    }

    internal override void Release()
    {
        // Exchange, against the one in WaitAsync: one of the two finds the other's value and takes the tie off.
        if (Interlocked.Exchange(ref _tie, Released) == Tied)
            Untie();
        base.Release();
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        WaitForEnd(token);
        // Counted as an observation only here, when the code that waited is told.
        if (Answer == PostAnswer.GivenUp)
            _ = giveUp.IsStopRequested;
        return Answer == PostAnswer.Accepted;
    }

    /// <summary>Ties the wait to its token; false if there is nothing to take off again.</summary>
    private bool Tie()
    {
        if (cancellation.CanBeCanceled)
        {
            _registration = cancellation.UnsafeRegister(static post => ((WaitingPost<T>)post!).GiveUp(), this);
            return true;
        }

        if (giveUp.Source is not { } source)
            return false;
        _relay = new Relay(this);
        if (source.TryEnqueue(_relay))
            return true;
        GiveUp();
        return false;
    }

    private void Untie()
    {
        if (_relay is not null)
            giveUp.Source!.Dequeue(_relay);
        _registration.Unregister(); // does not wait: it may be the token that has released us
    }

    private void GiveUp()
    {
        if (intake.GiveUp(this))
            Release();
    }

    private sealed class Relay(WaitingPost<T> post) : Waiter
    {
        internal override void Release() => post.GiveUp();
    }
}
