using Api.ReadModels;
using Cluster.Entities;
using Cluster.Journal;
using Cluster.Kit;
using Cluster.Sealing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Api.Tests.Fixtures;

/// <summary>Writes sealed rows to a store and reads them, for tests without a node.</summary>
internal static class SealedKit
{
    private static readonly MemoryDataKeys s_keys = new();

    public static SealedReads Reads { get; } = new(new SealedValues(s_keys, StoreProtection.Sealed), new NoticeBoard());

    public static IJournal Over(IJournal journal) => new SealedJournal(journal, s_keys, NullLogger<SealedJournal>.Instance);
}
