#pragma warning disable STOPKIT001 // what these tests are about
using System.IO.Pipes;
using System.Runtime.InteropServices;

namespace StopKit.Tests.Forced;

/// <summary>The interrupt's column of the table in the remarks of <see cref="ForcedStop"/>, against the runtime itself; the abort's needs a process of its own.</summary>
public sealed partial class ForcedInterruptTests
{
    [Fact(Timeout = Patience.TestTimeout)]
    public Task Running_managed_code_is_not_ended_but_its_next_wait_is() => Task.Run(() =>
    {
        using var body = ForcedBody.Start(body =>
        {
            Spin(body);
            // Again until it is hit: on a busy machine the interrupt may come later than the release.
            body.Invoking(it => Patience.Until(() => !it.Released.WaitOne()))
                .Should().Throw<ThreadInterruptedException>("it is pending, although the handle is set");
        });

        body.IsNotCutOff();
    });

    [Fact(Timeout = Patience.TestTimeout)]
    public Task A_sleep_is_ended() => CutsOff(body =>
    {
        body.Begin();
#pragma warning disable RS0030 // no pause of a test: a sleep is what the interrupt is to end, and lasts only if that fails
        Thread.Sleep(Patience.Limit);
#pragma warning restore RS0030
    });

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_contended_lock_is_ended()
    {
        var (contended, isHeld, mayEnd) = (new object(), new Gate(), new Gate());
        var holder = Task.Run(() =>
        {
            lock (contended)
            {
                isHeld.Open();
                mayEnd.Pass();
            }
        });
        await isHeld.PassAsync();

        await CutsOff(body =>
        {
            body.Begin();
            lock (contended)
                body.Journal.Add("has the lock");
        });
        mayEnd.Open();
        await holder;
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public Task A_wait_handle_is_ended() => CutsOff(WaitForRelease);

    [Fact(Timeout = Patience.TestTimeout)]
    public Task A_blocking_wait_for_a_task_is_ended() => CutsOff(body =>
    {
        body.Begin();
        new TaskCompletionSource(TaskCreationOptions.None).Task.Wait(Patience.Limit);
    });

    [Fact(Timeout = Patience.TestTimeout)]
    public Task A_wait_that_is_taken_up_again_is_not_ended() => Task.Run(() =>
    {
        using var body = ForcedBody.Start(body =>
        {
            try
            {
                WaitForRelease(body);
            }
            catch (ThreadInterruptedException)
            {
                body.Journal.Add("swallowed");
                body.Released.WaitOne();
                body.Journal.Add("released");
            }
        });

        body.IsNotCutOff(untilHit: () => body.Journal.Await(1));
        body.Journal.Entries.Should().Equal("swallowed", "released");
    });

    [Fact(Timeout = Patience.TestTimeout)]
    public Task Running_code_that_catches_everything_is_not_ended() => DoesNotCutOff(body =>
    {
        try
        {
            Spin(body);
        }
#pragma warning disable CA1031 // what the row is about
        catch (Exception exception)
#pragma warning restore CA1031
        {
            body.Journal.Add(exception.GetType().Name);
        }
    });

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_blocking_read_of_a_pipe_and_any_call_of_native_code_is_not_ended(bool isNative) => DoesNotCutOff(body =>
    {
        using var server = new AnonymousPipeServerStream(PipeDirection.In);
        using var client = new AnonymousPipeClientStream(PipeDirection.Out, server.ClientSafePipeHandle);
        body.OnRelease = () => client.WriteByte(1);
        body.Begin();
        var read = isNative
            ? NativeMethods.Read((int)server.SafePipeHandle.DangerousGetHandle(), new byte[1], 1)
            : server.ReadByte();
        body.Journal.Add($"read {read}");
    }, "read 1");

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_catch_block_and_a_finally_block_after_an_exception_are_not_ended_while_they_run(bool isFinally) =>
        DoesNotCutOff(body => InHandler(isFinally, () => Spin(body)));

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_catch_block_and_a_finally_block_after_an_exception_are_ended_where_they_wait(bool isFinally) =>
        CutsOff(body => InHandler(isFinally, () => WaitForRelease(body)));

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_finally_block_on_the_normal_path_is_ended_only_where_it_waits_and_its_rest_is_skipped(bool isWaiting)
    {
        Action<ForcedBody> body = body =>
        {
            try
            {
                body.Journal.Add("work");
            }
            finally
            {
                if (isWaiting)
                    WaitForRelease(body);
                else
                    Spin(body);
                body.Journal.Add("rest of finally");
            }
        };
        return isWaiting ? CutsOff(body, "work") : DoesNotCutOff(body, "work", "rest of finally");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public Task What_it_ends_runs_its_finally_blocks_whole() => CutsOff(body =>
    {
        try
        {
            WaitForRelease(body);
        }
        finally
        {
            body.Journal.Add("first line");
            body.Released.WaitOne(1);
            body.Journal.Add("last line");
        }
    }, "first line", "last line");

    private static void Spin(ForcedBody body)
    {
        body.Begin();
        while (!body.IsReleased)
        {
            // What the row is about.
        }
    }

    private static void WaitForRelease(ForcedBody body)
    {
        body.Begin();
        body.Released.WaitOne();
    }

    private static void InHandler(bool isFinally, Action action)
    {
        try
        {
            try
            {
                throw new InvalidOperationException("what the handlers are for");
            }
            finally
            {
                if (isFinally)
                    action();
            }
        }
        catch (InvalidOperationException)
        {
            if (!isFinally)
                action();
        }
    }

    private static Task CutsOff(Action<ForcedBody> row, params string[] journal) => Task.Run(() =>
    {
        using var body = ForcedBody.Start(row);

        body.IsCutOff().Reason.Message.Should().Be("too late");
        body.Journal.Entries.Should().Equal(journal);
    });

    private static Task DoesNotCutOff(Action<ForcedBody> row, params string[] journal) => Task.Run(() =>
    {
        using var body = ForcedBody.Start(row);

        body.IsNotCutOff();
        body.Journal.Entries.Should().Equal(journal);
    });

    private static partial class NativeMethods
    {
        [LibraryImport("libc", EntryPoint = "read")]
        internal static partial nint Read(int file, Span<byte> buffer, nint count);
    }
}
