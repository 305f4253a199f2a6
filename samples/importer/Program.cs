using Importer;
using StopKit;

var importer = new OrderImporter(new Ledger(), ["apples 3", "pears 2", "plums 12"]);
return await StopApp.RunAsync(importer, new ShutdownOptions { ReadyLine = "ready" });
