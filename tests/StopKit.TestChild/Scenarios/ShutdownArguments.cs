namespace StopKit.TestChild.Scenarios;

/// <summary>Reads <see cref="ShutdownOptions"/> from arguments such as <c>grace=100</c>; times are in milliseconds, negative for no limit.</summary>
internal static class ShutdownArguments
{
    public static ShutdownOptions Parse(IEnumerable<string> arguments)
    {
        var values = arguments.Select(argument => argument.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        var defaults = new ShutdownOptions();
        return new ShutdownOptions
        {
            Grace = Time("grace", defaults.Grace),
            AbortPeriod = Time("abort", defaults.AbortPeriod),
            DrainDelay = Time("drain", defaults.DrainDelay),
            Debounce = Time("debounce", defaults.Debounce),
            SignalExitCodes = values.ContainsKey("codes") && bool.Parse(values["codes"]),
            ReadyLine = values.GetValueOrDefault("ready"),
            Hint = values.GetValueOrDefault("hint", defaults.Hint!),
        };

        TimeSpan Time(string name, TimeSpan otherwise) =>
            !values.TryGetValue(name, out var value) ? otherwise
            : int.Parse(value) < 0 ? Timeout.InfiniteTimeSpan
            : TimeSpan.FromMilliseconds(int.Parse(value));
    }
}
