// Shows how to leave a program from any depth with an exit code: every finally block runs on the way out.
// Run: dotnet run samples/exit-code.cs; echo $?
#:project ../src/StopKit/StopKit.csproj
using StopKit;

return StopApp.Run(_ =>
{
    try
    {
        Import("orders.csv");
    }
    catch (ExitException exit)
    {
        Console.WriteLine($"main hears of it: {exit.Message}");
        throw; // or stay
    }
});

static void Import(string file)
{
    try
    {
        throw new ExitException(3, $"{file} is not there");
    }
    finally
    {
        Console.WriteLine("the database is closed");
    }
}
