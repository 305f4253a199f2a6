using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace StopKit.Benchmarks;

/// <summary>What BenchmarkDotNet times.</summary>
internal static class MicroBenchmarks
{
    // In this process: both sides share its runtime and its heap settings, and nothing is built anew for each benchmark.
    private static readonly Job Job = Job.Default
        .WithToolchain(InProcessEmitToolchain.Instance)
        .WithWarmupCount(10)
        .WithIterationCount(21)
        .WithIterationTime(TimeInterval.FromMilliseconds(100));

    internal static IConfig Config { get; } = ManualConfig.CreateEmpty()
        .AddLogger(ConsoleLogger.Default)
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .AddColumn(StatisticColumn.Median)
        .AddDiagnoser(MemoryDiagnoser.Default)
        .AddJob(Job);

    internal static IEnumerable<Row> Run(string? name)
    {
        var benchmarks = typeof(MicroBenchmarks).Assembly.GetTypes()
            .SelectMany(static type => type.GetMethods())
            .SelectMany(static method => method.GetCustomAttributes<RowAttribute>().Select(row => (Method: method, Row: row)))
            .Where(benchmark => name is null || benchmark.Row.Work.Contains(name, StringComparison.OrdinalIgnoreCase))
            .ToLookup(static benchmark => benchmark.Method.DeclaringType!);
        return benchmarks.SelectMany(static type => RowsOf(type.Key, [.. type]));
    }

    private static IEnumerable<Row> RowsOf(Type type, IReadOnlyList<(MethodInfo Method, RowAttribute Row)> benchmarks)
    {
        var reports = BenchmarkRunner.Run(type, Config).Reports;
        foreach (var (method, row) in benchmarks)
        {
            foreach (var ours in reports.Where(report => report.BenchmarkCase.Descriptor.WorkloadMethod.Name == method.Name))
            {
                var theirs = reports.Single(report => report.BenchmarkCase.Descriptor.WorkloadMethod.Name == row.Method
                    && report.BenchmarkCase.Parameters.DisplayInfo == ours.BenchmarkCase.Parameters.DisplayInfo);
                var arguments = ours.BenchmarkCase.Parameters.Items.Select(static item => item.Value).ToArray();
                yield return new Row(string.Format(CultureInfo.InvariantCulture, row.Work, arguments), row.Against, Median(ours), Median(theirs), row.Target)
                {
                    OurBytes = Bytes(ours),
                    TheirBytes = Bytes(theirs),
                };
            }
        }
    }

    private static double Median(BenchmarkReport report) =>
        report.ResultStatistics?.Median ?? throw new InvalidOperationException($"{report.BenchmarkCase.DisplayInfo} has no result.");

    private static long? Bytes(BenchmarkReport report) => report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase);
}
