namespace StopKit;

/// <summary>Stands for another waiter in a second queue, so that one wait can end for either of two things.</summary>
internal sealed class RelayWaiter(Waiter target) : Waiter
{
    internal override void Release() => target.Release();
}
