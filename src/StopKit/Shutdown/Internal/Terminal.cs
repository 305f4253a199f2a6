namespace StopKit;

/// <summary>The settings of the Unix terminal that the program was started on, for an end that .NET does not see.</summary>
/// <remarks>
/// While a thread reads a line or a key .NET has echo and line editing switched off. It sets them back when the process exits, but
/// <see cref="ProcessEnd"/> skips that, and the shell would be left with a terminal that shows nothing of what is typed.
/// </remarks>
internal static class Terminal
{
    private const int StandardInput = 0;
    private const int AtOnce = 0; // TCSANOW: not after pending output, which a held terminal never takes
    private const int StructureLimit = 256; // more than sizeof(struct termios) on any Unix
    private static byte[]? _settings;

    /// <summary>Keeps the settings as they are; does nothing the second time, or without a terminal.</summary>
    internal static void Remember()
    {
        if (_settings is not null || OperatingSystem.IsWindows() || !IsOurs())
            return;
        var settings = new byte[StructureLimit];
        if (ShutdownNativeMethods.GetTerminalAttributes(StandardInput, settings) == 0)
            _settings = settings;
    }

    /// <summary>Sets back what was kept.</summary>
    internal static void Restore()
    {
        if (_settings is { } settings && IsOurs())
            _ = ShutdownNativeMethods.SetTerminalAttributes(StandardInput, AtOnce, settings); // fails if the terminal is gone
    }

    // In the background the terminal is another program's, and so are its settings; the system would stop us for setting them.
    private static bool IsOurs() => ShutdownNativeMethods.GetForegroundGroup(StandardInput) == ShutdownNativeMethods.GetGroup();
}
