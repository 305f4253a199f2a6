using System.Diagnostics;

namespace StopKit;

/// <summary>Checks what a child is to be started with, and copies it, so that the caller's own neither changes nor matters any more.</summary>
internal static class ChildStart
{
    internal static ProcessStartInfo Copy(ProcessStartInfo startInfo, ProcessWorkerOptions options)
    {
        Check(startInfo, options);
        var copy = new ProcessStartInfo(startInfo.FileName)
        {
            Arguments = startInfo.Arguments,
            WorkingDirectory = startInfo.WorkingDirectory,
            RedirectStandardInput = startInfo.RedirectStandardInput || options.CloseInputOnStop,
            RedirectStandardOutput = startInfo.RedirectStandardOutput || options.OutputLine is not null,
            RedirectStandardError = startInfo.RedirectStandardError || options.ErrorLine is not null,
            StandardInputEncoding = startInfo.StandardInputEncoding,
            StandardOutputEncoding = startInfo.StandardOutputEncoding,
            StandardErrorEncoding = startInfo.StandardErrorEncoding,
            CreateNoWindow = startInfo.CreateNoWindow,
            ErrorDialog = startInfo.ErrorDialog,
            ErrorDialogParentHandle = startInfo.ErrorDialogParentHandle,
            WindowStyle = startInfo.WindowStyle,
            UserName = startInfo.UserName,
            Verb = startInfo.Verb,
        };
        foreach (var argument in startInfo.ArgumentList)
            copy.ArgumentList.Add(argument);
        copy.Environment.Clear();
        foreach (var (name, value) in startInfo.Environment)
            copy.Environment[name] = value;
        if (OperatingSystem.IsWindows())
        {
            copy.Domain = startInfo.Domain;
            copy.Password = startInfo.Password;
            copy.PasswordInClearText = startInfo.PasswordInClearText;
            copy.LoadUserProfile = startInfo.LoadUserProfile;
            copy.UseCredentialsForNetworkingOnly = startInfo.UseCredentialsForNetworkingOnly;
#if NET10_0_OR_GREATER
            copy.CreateNewProcessGroup = options.OwnGroup; // otherwise Ctrl+Break cannot be sent to it alone
#endif
        }

        return copy;
    }

    private static void Check(ProcessStartInfo startInfo, ProcessWorkerOptions options)
    {
        ArgumentNullException.ThrowIfNull(startInfo);
        if (string.IsNullOrWhiteSpace(startInfo.FileName))
            throw Bad("The start info names no program: set FileName.");
        if (startInfo.UseShellExecute)
            throw Bad("UseShellExecute must be false: what the shell starts is not our child, so it could be neither stopped nor joined.");
        if (startInfo.ArgumentList.Count > 0 && !string.IsNullOrEmpty(startInfo.Arguments))
            throw Bad("It has both Arguments and ArgumentList: use one of them.");
        if (options.EndWithParent && !OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException("EndWithParent needs Linux.");
        if (options.Containment == ProcessContainment.Subreaper && !OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException("ProcessContainment.Subreaper needs Linux.");

        static ArgumentException Bad(string message) => new(message, nameof(startInfo));
    }
}
