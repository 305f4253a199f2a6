namespace StopKit.ProcessTests.Support;

/// <summary>A namespace of process ids, which a container may forbid to make.</summary>
internal static class PidNamespace
{
    // Without privileges it takes a namespace of users around it, where one has them.
    private static readonly string[] Privileges = Environment.IsPrivilegedProcess ? [] : ["--user", "--map-root-user"];

    /// <summary>Makes the command line that runs another one as the first process of a new namespace.</summary>
    public static string[] Around(params string[] command) => ["unshare", .. Privileges, "--pid", "--fork", "--mount-proc", .. command];

    /// <summary>Makes the command line that runs another one outside of a namespace, but so that its children are inside.</summary>
    public static string[] ForChildrenOf(int firstProcess, params string[] command) =>
        ["nsenter", "--target", $"{firstProcess}", .. Environment.IsPrivilegedProcess ? [] : (string[])["--user", "--preserve-credentials"], "--pid", "--no-fork", .. command];

    /// <summary>Says whether one can be made; anything but a missing permission is an error.</summary>
    public static async Task<bool> IsPermittedAsync()
    {
        var command = Around("true");
        await using var attempt = ChildProcess.Start(command[0], command[1..]);
        if (await attempt.WaitForExitAsync() == 0)
            return true;
        attempt.Errors.Lines.Should().Contain(line => line.Contains("not permitted") || line.Contains("denied"));
        return false;
    }
}
