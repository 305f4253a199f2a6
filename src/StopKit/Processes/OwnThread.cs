namespace StopKit;

/// <summary>
/// Runs code that blocks on a thread of its own, so that neither it nor what waits for it needs the thread pool.
/// </summary>
/// <remarks>If the system has no more threads, it runs on the thread of the caller.</remarks>
internal static class OwnThread
{
    /// <summary>Starts the code in the caller's flow, on a background thread.</summary>
    /// <param name="name">The name of the thread.</param>
    /// <param name="run">What to run.</param>
    /// <param name="continuesHere">
    /// True: what awaits the task goes on on this thread, and so needs no thread of the pool. False: it never does.
    /// </param>
    /// <returns>A task that ends with the code.</returns>
    internal static Task<T> RunAsync<T>(string name, Func<T> run, bool continuesHere = false)
    {
        var ended = new TaskCompletionSource<T>(
            continuesHere ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
        // .NET gives every thread a pipe of its own. The last resort is the caller's thread: .NET ends the program if the
        // pool gets no thread.
        if (!TryStart() && !SpareFiles.Use(TryStart))
            Run();
        return ended.Task;

        bool TryStart()
        {
            try
            {
                new Thread(Run) { IsBackground = true, Name = name }.Start();
                return true;
            }
            catch (OutOfMemoryException)
            {
                return false;
            }
        }

        void Run()
        {
            T result;
            try
            {
                result = run();
            }
#pragma warning disable CA1031 // thrown again where the task is awaited
            catch (Exception exception)
#pragma warning restore CA1031
            {
                ended.SetException(exception);
                return;
            }

            ended.SetResult(result);
        }
    }
}
