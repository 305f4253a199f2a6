using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Support;

/// <summary>Makes this process ignore a signal until disposed, as if it had been started by <c>command &amp;</c> in a script.</summary>
internal sealed class IgnoredSignal : IDisposable
{
    private const int StructureLimit = 256; // more than sizeof(struct sigaction) on any Linux
    private const nint Ignore = 1; // SIG_IGN

    private readonly int _signal;
    private readonly byte[] _previous = new byte[StructureLimit];

    public IgnoredSignal(int signal)
    {
        _signal = signal;
        var action = new byte[StructureLimit];
        MemoryMarshal.Write(action, Ignore);
        Set(action, _previous);
    }

    public void Dispose() => Set(_previous, new byte[StructureLimit]);

    private void Set(byte[] action, byte[] previous)
    {
        if (NativeMethods.SigAction(_signal, action, previous) != 0)
            throw new InvalidOperationException($"sigaction: {Marshal.GetLastPInvokeErrorMessage()}");
    }
}
