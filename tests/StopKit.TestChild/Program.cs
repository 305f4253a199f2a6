using StopKit.TestChild.Scenarios;

// The first argument names the scenario, the rest is the scenario's own.
return args switch
{
    ["wait-then-exit", .. var rest] => WaitThenExit.Run(rest),
    _ => Usage(),
};

int Usage()
{
    Console.Error.WriteLine($"no such scenario: {string.Join(' ', args)}");
    return 2;
}
