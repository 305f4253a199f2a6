using System.Reflection;
using StopKit.WindowsTests;
using Xunit.Sdk;

// Runs the tests whose names contain one of the arguments, all without one; "!" before an argument leaves those out.
// The argument "probe" runs the probe instead.
if (args is ["probe"])
    return FaultProbe.Run();

var wanted = args.Where(static arg => !arg.StartsWith('!')).ToList();
var unwanted = args.Where(static arg => arg.StartsWith('!')).Select(static arg => arg[1..]).ToList();

var tests = Assembly.Load("StopKit.Tests");
var sink = new ConsoleSink();
using var framework = new XunitTestFramework(sink);
using var discoverer = framework.GetDiscoverer(Reflector.Wrap(tests));
foreach (var type in tests.GetExportedTypes().Where(type => type.GetMethods().Any(method => IsChosen(type.FullName!, method.Name))))
{
    sink.DiscoveryEnded.Reset();
    discoverer.Find(type.FullName!, includeSourceInformation: false, sink, new Settings());
    sink.DiscoveryEnded.Wait();
}

var chosen = sink.Found
    .Where(test => IsChosen(test.TestMethod.TestClass.Class.Name, test.TestMethod.Method.Name)).ToList();
Console.WriteLine($"{chosen.Count} tests on {Environment.OSVersion}, .NET {Environment.Version}");
using var executor = framework.GetExecutor(tests.GetName());
executor.RunTests(chosen, sink, new Settings());
sink.RunEnded.Wait();
return sink.Failed == 0 && sink.Passed > 0 ? 0 : 1;

bool IsChosen(string type, string method)
{
    var name = $"{type}.{method}";
    return (wanted.Count == 0 || wanted.Exists(name.Contains)) && !unwanted.Exists(name.Contains);
}
