using System.Runtime.InteropServices;
using System.Text;
using Xunit.Abstractions;

namespace StopKit.ProcessTests.Samples;

/// <summary>The main sample on real files, judged by <c>sha256sum</c> itself.</summary>
public sealed class HashFilesTests(ITestOutputHelper output, ManyFiles many) : IClassFixture<ManyFiles>, IDisposable
{
    private const int Limit = 600_000; // its build may have to wait for those of the other samples

    private static readonly Lazy<Task<string>> Program = new(() => SampleProgram.BuildAsync(Repository.PathOf("samples", "hash-files.cs")));

    private readonly TempFolder _home = new();

    private string Folder => _home.PathOf("files");

    private string Manifest => _home.PathOf("manifest");

    public void Dispose() => _home.Dispose();

    [Fact(Timeout = Limit)]
    public async Task A_stop_at_any_moment_leaves_a_manifest_that_verifies_and_the_next_run_goes_on()
    {
        var (seed, stops) = (Random.Shared.Next(), 0);
        var random = new Random(seed);
        while (stops < 10)
        {
            var before = LinesOf(Manifest).Length;
            await using var child = await SampleProgram.StartAsync("hash-files", many.Folder, Manifest, "--workers", "2");
            await ReachAsync(child, random.Next(before, ManyFiles.Count));
            var wasSignalled = TrySignal(child, random.Next(2) == 0 ? SignalNumbers.Of(PosixSignal.SIGINT) : SignalNumbers.Of(PosixSignal.SIGTERM));

            // A signal that comes between the end of the work and that of the process takes its default action.
            var exitCode = await child.WaitForExitAsync();
            exitCode.Should().BeOneOf([0, 130, 143], "seed {0}: {1}", seed, Said(child));

            await ShouldVerifyAsync(many.Folder, $"seed {seed}, {stops} stops");
            LinesOf(Manifest).Length.Should().BeGreaterThanOrEqualTo(before, "seed {0}", seed);
            if (exitCode == 0 && wasSignalled && child.Output.Lines.Any(line => line.StartsWith("Stopped.", StringComparison.Ordinal)))
            {
                stops++;
                child.Output.Lines.Should().Contain(line => line.Contains(": Stopped after") || line.Contains(": NotRun") || line.Contains(": Completed"));
            }
            else
            {
                child.Output.Lines.Should().NotContain(line => line.StartsWith("Stopped.", StringComparison.Ordinal), "seed {0}: {1}", seed, Said(child));
                await ShouldBeWholeAsync(many.Folder);
                StartOver();
            }
        }

        await using var last = await SampleProgram.StartAsync("hash-files", many.Folder, Manifest);
        (await last.WaitForExitAsync()).Should().Be(0);
        await ShouldBeWholeAsync(many.Folder);
        output.WriteLine($"seed {seed}");
    }

    [Fact(Timeout = Limit)]
    public async Task A_kill_at_any_moment_leaves_whole_lines_and_loses_one_at_most()
    {
        var (seed, kills) = (Random.Shared.Next(), 0);
        var random = new Random(seed);
        while (kills < 4)
        {
            await using var child = await SampleProgram.StartAsync("hash-files", many.Folder, Manifest);
            await ReachAsync(child, random.Next(LinesOf(Manifest).Length, ManyFiles.Count));
            kills += TrySignal(child, NativeMethods.SigKill) ? 1 : 0;
            (await child.WaitForExitAsync()).Should().BeOneOf(0, 137);

            await ShouldVerifyAsync(many.Folder, $"seed {seed}, {kills} kills");
            LinesOf(Manifest).Length.Should().BeGreaterThanOrEqualTo(LinesOf(Manifest + ".state").Length - 1, "seed {0}", seed);
            if (LinesOf(Manifest).Length == ManyFiles.Count)
                StartOver();
        }

        await using var last = await SampleProgram.StartAsync("hash-files", many.Folder, Manifest);
        (await last.WaitForExitAsync()).Should().Be(0);
        await ShouldBeWholeAsync(many.Folder);
        output.WriteLine($"seed {seed}");
    }

    [Fact(Timeout = Limit)]
    public async Task Names_of_any_characters_are_written_as_sha256sum_writes_them()
    {
        foreach (var name in new[] { "plain", " two  spaces ", "line\nbreak", "back\\slash", "return\r", "both\\\n", "\\n", "ünïcödé", "\uFF5E", "😀", "#hash", "--", "*star", "empty", "sub folder/x", "sub folder.txt" })
            Write(name, name == "empty" ? "" : name);

        (await RunAsync(Folder, Manifest)).ExitCode.Should().Be(0);

        await ShouldBeWholeAsync(Folder);
        Write("-", "sha256sum would read its input");
        (await RunAsync(Folder, Manifest)).ExitCode.Should().Be(0);
        await ShouldVerifyAsync(Folder, "odd names");
    }

    [Fact(Timeout = Limit)]
    public async Task Only_what_is_new_or_changed_in_size_or_time_is_hashed_again()
    {
        foreach (var number in Enumerable.Range(0, 50))
            Write($"file{number}", $"content {number}");
        (await RunAsync(Folder, Manifest)).Said.Should().Contain("50 of 50 files");
        (await RunAsync(Folder, Manifest)).Said.Should().Contain("0 of 0 files");

        Write("file1", "longer than it was");
        var time = File.GetLastWriteTimeUtc(Path.Combine(Folder, "file2"));
        Write("file2", "CONTENT 2");
        File.SetLastWriteTimeUtc(Path.Combine(Folder, "file2"), time.AddDays(-1)); // older than its line, yet another one
        File.Delete(Path.Combine(Folder, "file3"));
        Write("file99", "new");

        (await RunAsync(Folder, Manifest)).Said.Should().Contain("3 of 3 files");
        await ShouldBeWholeAsync(Folder);
    }

    [Fact(Timeout = Limit)]
    public async Task Links_are_counted_and_not_followed_so_that_a_loop_ends()
    {
        Write("sub/file", "x");
        File.CreateSymbolicLink(Path.Combine(Folder, "good"), "sub/file");
        File.CreateSymbolicLink(Path.Combine(Folder, "dangling"), "nowhere");
        Directory.CreateSymbolicLink(Path.Combine(Folder, "sub", "loop"), "..");

        var (exitCode, said) = await RunAsync(Folder, Manifest);

        exitCode.Should().Be(0);
        said.Should().Contain("skipped: 3 link").And.Contain("skipped sub/loop: link (to .., not followed)");
        await ShouldBeWholeAsync(Folder);
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_or_folder_that_cannot_be_read_is_named_and_the_rest_is_hashed()
    {
        Write("good", "x");
        Write("secret", "x");
        Write("closed/file", "x");
        await ShellAsync("mkfifo pipe && touch $(printf 'b\\377d') && chmod 0 secret closed");

        var (exitCode, said) = await RunAsync(Folder, Manifest);
        await ShellAsync("chmod 700 closed && rm b*d"); // or .NET could not delete them

        exitCode.Should().Be(1);
        said.Should().Contain("skipped: 4 unreadable")
            .And.Contain("skipped secret: unreadable (Permission denied)")
            .And.Contain("skipped closed/: unreadable (")
            .And.Contain("skipped pipe: unreadable (")
            .And.Contain("skipped b\uFFFDd: unreadable (its name is not UTF-8)");
        LinesOf(Manifest).Should().ContainSingle().Which.Should().EndWith("  good");
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_that_vanishes_or_changes_under_way_gets_no_line()
    {
        foreach (var number in Enumerable.Range(0, 10))
            Write($"file{number}", "x");
        var order = new DirectoryInfo(Folder).GetFileSystemInfos(); // the order in which the sample finds them
        using (var big = File.OpenWrite(order[0].FullName))
            big.SetLength(4L << 30); // takes a while, and no room: it has a hole

        await using var child = await StartAsync(Folder, Manifest, "--workers", "1");
        await child.WaitForLineAsync(line => line.StartsWith("0 of 10 files", StringComparison.Ordinal) && !line.Contains(" 0.0 MB/s"));
        order[9].Delete();
        await File.WriteAllTextAsync(order[0].FullName, "y"); // the rest of it need not be read, which takes minutes on a busy machine

        (await child.WaitForExitAsync()).Should().Be(1, Said(child));
        Said(child).Should().Contain($"skipped {order[9].Name}: vanished").And.Contain($"skipped {order[0].Name}: unreadable (It changed while it was read.)");
        LinesOf(Manifest).Should().HaveCount(8);
        await ShouldVerifyAsync(Folder, "the rest");
    }

    [Fact(Timeout = Limit)]
    public async Task A_stop_finishes_the_file_in_hand()
    {
        var isInTime = false;
        for (var size = 512L << 20; !isInTime; size *= 2) // as long as this machine needs: a small file may be done before the signal comes
        {
            size.Should().BeLessThanOrEqualTo(16L << 30, "by then it must have come in time");
            StartOver();
            await using var child = await HashBigFileAsync(size);
            var wasSignalled = TrySignal(child, SignalNumbers.Of(PosixSignal.SIGINT));

            var exitCode = await child.WaitForExitAsync();
            LinesOf(Manifest).Should().ContainSingle();
            isInTime = wasSignalled && exitCode == 0 && Said(child).Contains(": Stopped after", StringComparison.Ordinal);
            if (isInTime)
                Said(child).Should().Contain("(SIGINT received)");
        }
    }

    [Fact(Timeout = Limit)]
    public async Task An_abort_drops_the_file_in_hand()
    {
        await using var child = await HashBigFileAsync(64L << 30);

        child.Signal(PosixSignal.SIGINT);
        // When what says that the first one counted is further back than the debounce is long.
        await child.Errors.WaitForLineAsync(SampleRun.Hint);
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
        child.Signal(PosixSignal.SIGINT);

        (await child.WaitForExitAsync()).Should().Be(130, Said(child));
        LinesOf(Manifest).Should().BeEmpty();
        Said(child).Should().Contain(": Aborted after").And.Contain("(SIGINT received)");
    }

    [Fact(Timeout = Limit)]
    public async Task A_manifest_inside_of_the_folder_leaves_itself_out_even_by_way_of_a_link()
    {
        Write("file", "x");
        Write("manifest.txt", "not the manifest's own");
        Directory.CreateSymbolicLink(_home.PathOf("way"), Folder);

        foreach (var (folder, manifest) in new[] { (Folder, _home.PathOf("way", "manifest")), (_home.PathOf("way"), Path.Combine(Folder, "manifest")) })
        {
            (await RunAsync(folder, manifest)).ExitCode.Should().Be(0);
            LinesOf(Path.Combine(Folder, "manifest")).Select(line => line[66..]).Should().Equal("file", "manifest.txt");
        }
    }

    [Fact(Timeout = Limit)]
    public async Task An_empty_folder_gives_an_empty_manifest()
    {
        Directory.CreateDirectory(Folder);

        (await RunAsync(Folder, Manifest)).ExitCode.Should().Be(0);

        new FileInfo(Manifest).Length.Should().Be(0);
    }

    [Fact(Timeout = Limit)]
    public async Task A_second_run_on_the_same_manifest_is_refused_while_the_first_goes_on()
    {
        Write("big", "");
        using (var big = File.OpenWrite(Path.Combine(Folder, "big")))
            big.SetLength(64L << 30);
        await using var first = await StartAsync(Folder, Manifest);
        await first.WaitForLineAsync("0 of 1 files");

        await ShouldFailAsync("being used by another process", Folder, Manifest);
    }

    [Fact(Timeout = Limit)]
    public async Task What_it_cannot_begin_with_is_one_line_on_stderr_and_exit_code_2()
    {
        Write("file", "x");
        Write("old", "not to be changed");
        await ShellAsync("mkfifo pipe && mkdir closed && chmod 500 closed && chmod 400 old");

        await ShouldFailAsync("usage: ");
        await ShouldFailAsync("usage: ", Folder);
        await ShouldFailAsync("usage: ", Folder, Manifest, "--workers");
        await ShouldFailAsync("usage: ", Folder, Manifest, "--workers", "0");
        await ShouldFailAsync("usage: ", Folder, Manifest, "--workers", "many");
        await ShouldFailAsync("usage: ", Folder, Manifest, "--threads", "2");
        await ShouldFailAsync("/nowhere'", "/nowhere", Manifest);
        await ShouldFailAsync("file'", Path.Combine(Folder, "file"), Manifest);
        await ShouldFailAsync("/nowhere'", Folder, "/nowhere/manifest");
        await ShouldFailAsync("denied", Folder, Folder);
        await ShouldFailAsync("denied", Folder, Path.Combine(Folder, "closed", "manifest"));
        await ShouldFailAsync("denied", Folder, Path.Combine(Folder, "old"));
        await ShouldFailAsync("seeking", Folder, Path.Combine(Folder, "pipe"));
        await ShouldFailAsync("/dev/null", Folder, "/dev/null");

        File.ReadAllText(Path.Combine(Folder, "old")).Should().Be("not to be changed");
        await ShellAsync("test -c /dev/null && chmod 700 closed");
    }

    /// <summary>Starts the sample without root's right to read and write what it may not.</summary>
    private static async Task<ChildProcess> StartAsync(params string[] arguments)
    {
        if (!Environment.IsPrivilegedProcess)
            return await SampleProgram.StartAsync("hash-files", arguments);
        return ChildProcess.Start("setpriv", ["--bounding-set=-dac_override,-dac_read_search", DotnetCommand.Host, await Program.Value, .. arguments]);
    }

    private static async Task<(int ExitCode, string Said)> RunAsync(params string[] arguments)
    {
        await using var child = await StartAsync(arguments);
        var exitCode = await child.WaitForExitAsync();
        return (exitCode, Said(child));
    }

    private static string Said(ChildProcess child) => string.Join('\n', [.. child.Output.Lines, .. child.Errors.Lines]);

    private static async Task ShouldFailAsync(string message, params string[] arguments)
    {
        await using var child = await StartAsync(arguments);
        (await child.WaitForExitAsync()).Should().Be(2, Said(child));
        child.Errors.Lines[0].Should().StartWith("hash-files: ").And.Contain(message);
        child.Errors.Lines.Skip(1).Should().Equal("main: exit with code 2");
        child.Output.Lines.Should().BeEmpty();
    }

    /// <summary>Starts the sample on a single file, of a size but without room on the disk, and returns when it is being hashed.</summary>
    private async Task<ChildProcess> HashBigFileAsync(long size)
    {
        Write("big", "");
        using (var big = File.OpenWrite(Path.Combine(Folder, "big")))
            big.SetLength(size);
        var child = await StartAsync(Folder, Manifest);
        try
        {
            await child.WaitForLineAsync(line => line.StartsWith("0 of 1 files", StringComparison.Ordinal) && !line.Contains(" 0.0 MB/s"));
            return child;
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    private static bool TrySignal(ChildProcess child, int signal)
    {
        try
        {
            child.Signal(signal);
            return true;
        }
        catch (InvalidOperationException) // it was done already
        {
            return false;
        }
    }

    private static string[] LinesOf(string path) => File.Exists(path) ? File.ReadAllText(path, Encoding.Latin1).Split('\n')[..^1] : [];

    /// <summary>Waits until the child walks the folder (it names a link there) and then until the manifest has so many lines, or it has ended.</summary>
    private async Task ReachAsync(ChildProcess child, int lines)
    {
        await child.Errors.WaitForLineAsync("skipped link");
        var before = LinesOf(Manifest).Length;
        await Eventually.BecomesTrueAsync(() => lines <= before || LinesOf(Manifest).Length >= lines || ProcessIdentity.Find(child.Id) is not { IsRunning: true });
    }

    private void Write(string name, string content)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    private void StartOver()
    {
        File.Delete(Manifest);
        File.Delete(Manifest + ".state");
    }

    private async Task ShellAsync(string script)
    {
        await using var shell = ChildProcess.Start(start => start.WorkingDirectory = Folder, "sh", "-c", script);
        (await shell.WaitForExitAsync()).Should().Be(0, Said(shell));
    }

    private async Task ShouldVerifyAsync(string folder, string when)
    {
        if (LinesOf(Manifest).Length == 0)
            return; // sha256sum takes a manifest without lines for a mistake
        File.ReadAllText(Manifest, Encoding.Latin1).Should().EndWith("\n", when);
        await using var check = ChildProcess.Start(
            start => start.WorkingDirectory = folder, "sha256sum", "-c", "--strict", "--quiet", Manifest);
        (await check.WaitForExitAsync()).Should().Be(0, "{0}: {1}", when, Said(check));
    }

    private async Task ShouldBeWholeAsync(string folder)
    {
        var expected = _home.PathOf("expected");
        await using var sum = ChildProcess.Start(
            start => start.WorkingDirectory = folder,
            "sh", "-c", $"find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 -r sha256sum -- > '{expected}'");
        (await sum.WaitForExitAsync()).Should().Be(0, Said(sum));
        File.ReadAllBytes(Manifest).AsSpan().SequenceEqual(File.ReadAllBytes(expected)).Should()
            .BeTrue("{0} lines should be sha256sum's {1}", LinesOf(Manifest).Length, LinesOf(expected).Length);
    }
}
