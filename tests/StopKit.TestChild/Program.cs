using StopKit.TestChild.Scenarios;

// The first argument names the scenario, the rest is the scenario's own.
return args switch
{
    ["wait-then-exit", .. var rest] => WaitThenExit.Run(rest),
    ["several-workers", .. var rest] => SeveralWorkers.Run(rest),
    ["exit", var form, var code] => await ThrowingMain.ExitAsync(form, int.Parse(code)),
    ["fail", var form] => await ThrowingMain.FailAsync(form),
    ["unwilling", var form, .. var rest] => await UnwillingMain.RunAsync(form, rest),
    ["patient", .. var rest] => PatientMain.Run(rest),
    ["dispose-in-turn"] => Listening.DisposeInTurn(),
    ["survive-collection"] => Listening.SurviveCollection(),
    ["left-running", var form] => LeftRunning.Run(form),
    ["abort-codes", var rounds] => AbortCodes.Run(int.Parse(rounds)),
    ["stuck", var form, .. var rest] => await StuckProgram.RunAsync(form, rest),
    ["clean-up-inside", .. var rest] => CleaningUp.Inside(rest),
    ["clean-up-afterwards", .. var rest] => CleaningUp.Afterwards(rest),
    ["clean-up-unstopped"] => CleaningUp.Unstopped(),
    ["end-at-once", .. var rest] => CleaningUp.AtOnce(rest),
    ["throw-on-signal", .. var rest] => ThrowingCallbacks.OnSignal(rest),
    ["throw-on-platform-timer"] => ThrowingCallbacks.OnPlatformTimer(),
    ["throw-on-timer"] => ThrowingCallbacks.OnTimer(),
    ["own-handler", var handler, var place, .. var rest] => OwnHandlers.Run(handler, place == "first", rest),
    ["broken-clock", var form] => BrokenClockMain.Run(form == "stuck"),
    ["sigterm", var form] => SigtermMain.Run(form),
    ["storm", .. var rest] => SignalStorm.Run(rest),
    ["raise-at-dispose", var rounds] => DisposeRaces.RaiseAtDispose(int.Parse(rounds)),
    ["listen-and-dispose"] => DisposeRaces.ListenAndDispose(),
    ["dispose-inside", var where] => DisposeRaces.DisposeInside(where),
    ["drain", .. var rest] => DrainingServer.Run(rest),
    ["group", var form, .. var rest] => await GroupProgram.RunAsync(form == "stuck", rest),
    ["nested", var form, .. var rest] => await NestedPrograms.RunAsync(form, rest),
    ["late", var form, .. var rest] => await LateMain.RunAsync(form, rest),
    ["pool-free-root", .. var rest] => await PoolFreeRoot.RunAsync(rest),
    ["ready", var form, .. var rest] => await ReadyProgram.RunAsync(form, rest),
    ["unwilling-member"] => await UnwillingMember.RunAsync(),
    ["background", var way, var cleanUp] => BackgroundWorker.Run(way, cleanUp == "clean-up"),
    ["background-blocked"] => BackgroundWorker.RunBlocked(),
    ["terminal", var form, .. var rest] => TerminalProgram.Run(form, rest),
    ["stop-without-pool"] => StopWithoutPool.Run(),
    ["stop-group-without-pool", var form] => StopWithoutPool.RunGroup(form),
    ["stop-without-files", var form] => StopWithoutFiles.Run(form),
    ["stop-processes-without-pool"] => StopProcessesWithoutPool.Run(),
    ["terminal-child", var form, var file] => TerminalParent.Run(form, file),
    ["daemons", var form] => Daemons.Run(form),
    ["nginx", var containment, var folder] => Daemons.RunNginx(containment, folder),
    ["stop-parent"] => await StoppingOthers.ParentAsync(),
    ["stop-stranger", var id, var name] => await StoppingOthers.StrangerAsync(int.Parse(id), name),
    ["stop-many", var count] => await StoppingOthers.ManyAsync(int.Parse(count)),
    ["recycle-id"] => await RecycledId.RunAsync(),
    ["forced-abort", var expected] => ForcedAbort.Run(int.Parse(expected)),
    ["process-worker", "left-running"] => ProcessWorkerParent.LeaveRunning(),
    ["process-worker", var form] => ProcessWorkerParent.WaitToBeKilled(form == "tied"),
    ["forced-unsupported"] => ForcedAbort.RunUnsupported(),
    _ => Usage(),
};

int Usage()
{
    Console.Error.WriteLine($"no such scenario: {string.Join(' ', args)}");
    return 2;
}
