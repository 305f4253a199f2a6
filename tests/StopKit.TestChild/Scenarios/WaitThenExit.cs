namespace StopKit.TestChild.Scenarios;

/// <summary>Prints <c>ready</c>, waits until a line arrives on its input (or the input ends), and exits with the given code.</summary>
internal static class WaitThenExit
{
    public static int Run(string[] args)
    {
        Console.WriteLine("ready");
        Console.ReadLine();
        return int.Parse(args[0]);
    }
}
