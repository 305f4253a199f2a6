using StopKit.Benchmarks;

// [filter]          the rows whose text contains the filter; all without one
// --quick           coarse ratios, in a fraction of the time
// --write           puts the table into docs/performance.md of the current folder
// child …           what the benchmark itself starts, see ColdContests
if (args is ["child", .. var child])
    return ColdPrograms.Run(child);

var filter = args.FirstOrDefault(static arg => !arg.StartsWith('-')) ?? "";
var pace = args.Contains("--quick") ? Pace.Quick : Pace.Full;
var table = Table.Of([.. Contests.Named(filter).SelectMany(contest => Arena.Run(contest, pace))]);
Console.WriteLine();
Console.WriteLine(table);
if (args.Contains("--write"))
    Table.WriteInto("docs/performance.md", table);
return 0;
