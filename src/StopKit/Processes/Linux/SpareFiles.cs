using Microsoft.Win32.SafeHandles;

namespace StopKit;

/// <summary>File descriptors that are kept for the moment when the program has no others left, so that a stop still gets a thread and can read <c>/proc</c>.</summary>
/// <remarks>Other threads of the program may take them in that moment: then the read fails as it would have without them.</remarks>
internal static class SpareFiles
{
    private const int Count = 4; // a folder and a file in it; and two for the thread of a stop
    private const int TooManyInSystem = 23; // ENFILE
    private const int TooMany = 24; // EMFILE

    // One user at a time, so that two of our own reads do not take each other's descriptors.
    private static readonly object Gate = new();
    private static readonly List<SafeFileHandle> Spares = [];
    private static int _users;

    /// <summary>Makes sure that there are some, if they are to be had. Called before they are needed.</summary>
    internal static void Keep()
    {
        lock (Gate)
        {
            try
            {
                while (_users == 0 && Spares.Count < Count)
                    Spares.Add(File.OpenHandle("/dev/null", share: FileShare.ReadWrite));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // There are none to be had now.
            }
        }
    }

    /// <summary>Says whether a read failed for want of descriptors.</summary>
    internal static bool AreNeededFor(Exception exception) => exception is IOException { HResult: TooMany or TooManyInSystem };

    /// <summary>Does something again with the spare descriptors, and takes back those that are left afterwards.</summary>
    internal static T Use<T>(Func<T> again)
    {
        lock (Gate)
        {
            _users++; // not one: a read of the whole table reads many files
            foreach (var spare in Spares)
                spare.Dispose();
            Spares.Clear();
            try
            {
                return again();
            }
            finally
            {
                _users--;
                Keep();
            }
        }
    }
}
