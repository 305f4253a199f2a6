using BenchmarkDotNet.Running;
using StopKit.Benchmarks;

// table [name]     every row as one markdown table, or those whose text contains the name
// console [name]   only what BenchmarkDotNet cannot time
// anything else    are BenchmarkDotNet's own arguments
switch (args)
{
    case ["table", ..]:
        Table.Write([.. MicroBenchmarks.Run(args.ElementAtOrDefault(1)), .. Duels.Run(args.ElementAtOrDefault(1))]);
        break;
    case ["console", ..]:
        Table.Write([.. Duels.Run(args.ElementAtOrDefault(1))]);
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Table).Assembly).Run(args, MicroBenchmarks.Config);
        break;
}
