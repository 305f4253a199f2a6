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
    _ => Usage(),
};

int Usage()
{
    Console.Error.WriteLine($"no such scenario: {string.Join(' ', args)}");
    return 2;
}
