#pragma warning disable STOPKIT001 // what these tests are about
using System.Runtime.ExceptionServices;

namespace StopKit.Tests.Forced;

/// <summary>A body that runs under <see cref="ForcedStop"/> on a thread of its own, and that a test can release if it cannot be cut off.</summary>
internal sealed class ForcedBody : IDisposable
{
    // Far more than an interrupt takes to arrive; who is cut off is so at once, and only who is not is waited for.
    private static readonly TimeSpan CutLimit = TimeSpan.FromMilliseconds(100);

    private readonly StopSource _source = new();
    private readonly Gate _hasBegun = new();
    private readonly ManualResetEventSlim _released = new();
    private readonly Thread _thread;
    private ExceptionDispatchInfo? _thrown;

    private ForcedBody(Action<ForcedBody> body) => _thread = new Thread(() => Run(body)) { IsBackground = true };

    /// <summary>Gets or sets a value indicating whether a body that was not cut off has been told to end.</summary>
    public volatile bool IsReleased;

    internal Journal Journal { get; } = new();

    /// <summary>Gets what Run threw; null if it returned. Waits for the end of it.</summary>
    internal Exception? Thrown
    {
        get
        {
            if (!_thread.Join(Patience.Limit))
                throw new TimeoutException("The body has not ended.");
            return _thrown?.SourceException;
        }
    }

    /// <summary>Gets what releases a body that waits.</summary>
    internal WaitHandle Released => _released.WaitHandle;

    internal Action? OnRelease { get; set; }

    /// <summary>Starts a body and returns when it has called <see cref="Begin"/>.</summary>
    internal static ForcedBody Start(Action<ForcedBody> body)
    {
        var forced = new ForcedBody(body);
        forced._thread.Start();
        forced._hasBegun.Pass();
        return forced;
    }

    /// <summary>Says, from the body, that it is where the test wants it.</summary>
    internal void Begin() => _hasBegun.Open();

    /// <summary>Aborts, and says that this has ended the body.</summary>
    internal StopRequestedException IsCutOff()
    {
        _source.RequestAbort("too late");
        return Thrown.Should().BeOfType<StopRequestedException>().Subject;
    }

    /// <summary>Aborts, and says that this has not ended the body; releases it.</summary>
    /// <param name="untilHit">Waits until the body has noticed; null if it cannot.</param>
    internal void IsNotCutOff(Action? untilHit = null)
    {
        _source.RequestAbort("too late");
        untilHit?.Invoke();
        _thread.Join(CutLimit).Should().BeFalse();
        Release();
        Thrown.Should().BeNull("it ends when it does by itself");
    }

    public void Dispose()
    {
        Release();
        _thread.Join(Patience.Limit);
        _source.Dispose();
    }

    private void Release()
    {
        if (IsReleased)
            return;
        IsReleased = true;
        _released.Set();
        OnRelease?.Invoke();
    }

    private void Run(Action<ForcedBody> body)
    {
        try
        {
            ForcedStop.Run(() => body(this), _source.Token);
        }
#pragma warning disable CA1031 // for the test to look at
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _thrown = ExceptionDispatchInfo.Capture(exception);
        }
    }
}
