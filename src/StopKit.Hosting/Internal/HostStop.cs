using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace StopKit.Hosting;

/// <summary>The stop of a host: one root group for its workers and, below all of them, its hosted services.</summary>
/// <remarks>
/// <code>
/// built ──Begin: signals are heard──▶ starting ──OnHostStarted──▶ running: the workers start
///    ──a signal, StopApplication, a failure, RequestStop──▶ stopping: workers by descending order, then the services
///    ──the root has ended, or is given up──▶ EndAsync: the exit code
/// </code>
/// The root group is the only judge of time. The host's own stop follows it: <see cref="StopWorkersAsync"/> holds it
/// until it is the turn of the services, and each <see cref="WatchedService"/> until it is its own turn.
/// </remarks>
internal sealed class HostStop : IHostStop, IAsyncDisposable, IDisposable
{
    private const int FirstOfAll = int.MinValue; // services start before the workers and stop after them
    private const int LastToStart = int.MaxValue; // what brings work from outside stops before the workers that do it

    private readonly IServiceProvider _services;
    private readonly StopKitBuilder _builder;
    private readonly HostState _state;
    private readonly StopKitOptions _options;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ILogger _logger;
    private readonly WorkerGroup _root;
    private readonly WorkerGroup _hosted;
    private ServiceWatch? _watch;
    private StopAppSession? _session;
    private int _running; // workers that have not ended for good
    private bool _hearsSignals;
    private bool _runsProgram;

    public HostStop(
        IServiceProvider services,
        StopKitBuilder builder,
        HostState state,
        IOptions<StopKitOptions> options,
        IHostApplicationLifetime lifetime,
        IHostEnvironment environment,
        ILoggerFactory loggers)
    {
        (_services, _builder, _state, _lifetime, _options) = (services, builder, state, lifetime, options.Value);
        _logger = loggers.CreateLogger("StopKit.Hosting");
        var ofWorkers = new WorkerOptions
        {
            Grace = _options.Grace,
            AbortPeriod = _options.AbortPeriod,
            TimeProvider = services.GetService<TimeProvider>() ?? TimeProvider.System,
            Logger = loggers.CreateLogger("StopKit"),
        };
        var name = string.IsNullOrWhiteSpace(environment.ApplicationName) ? "app" : environment.ApplicationName;
        _root = new WorkerGroup(name, _options.FailurePolicy, ofWorkers);
        // A service that fails stops the root, which then stops the workers first; its own group would stop the other services at once.
        _hosted = new WorkerGroup("services", FailurePolicy.KeepRunning, ofWorkers);
        _root.StopToken.OnStop(OnStop);
    }

    public StopToken Token => _root.StopToken;

    public bool IsDraining => _state.IsStopping;

    public bool IsReady => _state.IsReady;

    public StopReport Report => _root.GetReport();

    /// <summary>Gets the exit code; null while it is not known.</summary>
    internal int? ExitCode => _session?.Completion is { IsCompletedSuccessfully: true } completion ? completion.Result : null;

    internal string Application => _root.Name;

    internal StopKitOptions Options => _options;

    /// <summary>Gets the token that stops when it is the turn of the host's services.</summary>
    internal StopToken ServicesToken => _hosted.StopToken;

    public bool RequestStop(StopReason? reason = null, TimeSpan? grace = null) => _root.RequestStop(reason, grace ?? _options.Grace);

    /// <summary>
    /// Says that the host is the program, whose code is returned: a late one ends the process, whatever has stopped it.
    /// </summary>
    internal void RunAsProgram() => _runsProgram = true;

    /// <summary>Begins to hear signals; the workers that stand for hosted services run from here on.</summary>
    internal void Begin()
    {
        var hostOptions = _services.GetRequiredService<IOptions<HostOptions>>().Value;
        // Asked for now, when the host has them: before that this would make services while others are being made.
        var services = _builder.HasOnlySingletons ? _services.GetServices<IHostedService>() : [];
        var again = _builder.HasOnlySingletons ? _services.GetServices<IHostedService>() : [];
        _watch = new ServiceWatch(services, again, _state.ServiceFailureStops ? OnServiceFailed : null);
        _watch.AddTo(_hosted, hostOptions.ServicesStopConcurrently);
        _root.Add(_hosted, new MemberOptions { Order = FirstOfAll, Policy = FailurePolicy.KeepRunning });
        _running = _builder.Workers.Count;
        foreach (var worker in _builder.Workers)
            _root.Add(() => Make(worker), worker.Options);
        foreach (var part in _services.GetRequiredService<StopKitHostParts>().Workers)
            _root.Add(part, new MemberOptions { Order = LastToStart, Policy = FailurePolicy.StopGroup });

        _hearsSignals = HostLifetimes.TakeOver(_services.GetRequiredService<IHostLifetime>());
        _lifetime.ApplicationStopping.Register(() => RequestStop(StopReason.HostStopping()));
        if (_state.ShortTimeout is { } shorter)
            HostLog.ShortTimeout(_logger, shorter, HostOptionsOfStopKit.NeededBy(_options));
        _session = StopAppSession.Start(_root, ShutdownOptions(), _hearsSignals, Explain);
        _session.EndsProcess = _runsProgram;
        _session.Draining.OnStop(OnSignal);
        _ = ReadyAsync();
    }

    /// <summary>Lets the workers start, because all services have.</summary>
    internal void OnHostStarted()
    {
        foreach (var worker in _watch!.Workers)
            worker.OnHostStarted();
        HostLog.Started(_logger, Application, _builder.Workers.Count);
    }

    /// <summary>Stops the workers; ends when it is the turn of the host's services.</summary>
    /// <param name="ofHost">Is cancelled when the host's own time is over, or its caller's patience.</param>
    internal async Task StopWorkersAsync(CancellationToken ofHost)
    {
        RequestStop(StopReason.HostStopping());
        if (_session is null)
            return; // the start of the host has failed before that of StopKit
        ofHost.Register(() => _root.RequestAbort(
            _state.ShortTimeout is { } timeout ? StopReason.Deadline(timeout, "HostOptions.ShutdownTimeout") : StopReason.TokenCanceled()));
        await Task.WhenAny(_hosted.StopToken.WaitAsync().AsTask(), _hosted.Completion, _session.Completion).ConfigureAwait(false);
        _watch!.Begin(over: Task.WhenAny(_hosted.Completion, _session.Completion), _root.StopToken.Aborting);
    }

    /// <summary>Waits for the end of the root, which is near, and says how it ended.</summary>
    internal async Task EndAsync()
    {
        if (_session is null)
            return;
        Release();
        var code = await _session.Completion.ConfigureAwait(false);
        HostLifetimes.TellExitCode(_services.GetRequiredService<IHostLifetime>(), code);
        // Where Main returns nothing. Not in a process that is another's, as that of a test.
        if (code != 0 && _hearsSignals && !_runsProgram)
            Environment.ExitCode = code;
        _session.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        Release(); // a host that is disposed without a stop stops no service any more
        await _root.DisposeAsync().ConfigureAwait(false);
        _session?.Dispose();
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>
    /// Writes why a program ends as it does, where no worker is about to be named: its start has failed.
    /// </summary>
    internal void Explain(string text)
    {
        HostLog.Explained(_logger, text);
        if (_session?.EndsProcess == true && _session.Completion is { IsCompleted: false } && _root.Report.Late.Count > 0)
            Flush();
    }

    /// <summary>
    /// Has the log written to its end: the process is about to be ended, and a logger of the console writes behind it.
    /// </summary>
    private void Flush() => _services.GetRequiredService<ILoggerFactory>().Dispose();

    private void Release()
    {
        _watch?.Restore();
        foreach (var worker in _watch?.Workers ?? [])
            worker.OnHostStopped();
    }

    private ShutdownOptions ShutdownOptions() => new()
    {
        Grace = _options.Grace,
        AbortPeriod = _options.AbortPeriod,
        DrainDelay = _options.DrainDelay,
        Debounce = _options.Debounce,
        Hint = string.IsNullOrEmpty(_options.Hint) ? null : _options.Hint,
        SignalExitCodes = _options.SignalExitCodes,
        TimeProvider = _services.GetService<TimeProvider>() ?? TimeProvider.System,
        Logger = _logger,
    };

    private Worker Make(WorkerRegistration registration)
    {
        var worker = registration.Make(_services) ?? throw new InvalidOperationException("The factory returned no worker.");
        worker.Completion.ContinueWith(
            ended => OnEnded(registration, ended.Result),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return worker;
    }

    private void OnEnded(WorkerRegistration registration, WorkerResult result)
    {
        var policy = registration.Options.Policy ?? _options.FailurePolicy;
        var isFinal = result.Outcome switch
        {
            WorkerOutcome.Faulted or WorkerOutcome.Abandoned => policy == FailurePolicy.KeepRunning, // others stop the host, or restart
            WorkerOutcome.Completed => !policy.RestartsCompleted,
            _ => true,
        };
        if (isFinal && Interlocked.Decrement(ref _running) == 0 && _options.StopHostWhenCompleted)
            RequestStop(StopReason.Requested("all workers have ended"));
    }

    private void OnServiceFailed(string name, Exception exception) => RequestStop(StopReason.WorkerFailed(name, exception));

    private void OnSignal(StopReason reason)
    {
        _state.IsStopping = true;
        if (_options.DrainDelay > TimeSpan.Zero)
            HostLog.Drains(_logger, Application, _options.DrainDelay);
    }

    private void OnStop(StopReason reason)
    {
        _state.IsStopping = true;
        HostLog.Stops(_logger, Application, reason);
        // On a thread of its own: the host runs callbacks of the program in it, which may block, and this one must not.
        new Thread(_lifetime.StopApplication) { IsBackground = true, Name = "StopKit host stop" }.UnsafeStart();
    }

    private async Task ReadyAsync()
    {
        await _root.WhenReady.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _state.IsReady = _root.WhenReady.IsCompletedSuccessfully;
    }
}
