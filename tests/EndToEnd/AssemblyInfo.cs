// Every test has a node and a worker of its own on the machine: side by side they would only slow each other down.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

// Processes are looked at in /proc and killed by signals.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
