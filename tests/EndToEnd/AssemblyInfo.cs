// Every test has a node and a worker of its own on the machine: side by side they would only slow each other down.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
