using Api.Dispatch;
using Api.Workers;
using Cluster.Transport;

namespace Api.Nodes;

internal static class NeighbourHosting
{
    /// <summary>What nodes ask each other, and who answers.</summary>
    public static IServiceCollection AddNeighbours(this IServiceCollection services) =>
        services.AddSingleton<Neighbours>()
            .AddSingleton<ClusterReport>()
            .AddSingleton<DefinitionChanges>()
            .AddSingleton<IPeerService>(static provider => Answer(NodeServices.Renew, provider, static (Leases leases, Guid _, HeldRuns held) =>
                ValueTask.FromResult(new DroppedRuns([.. leases.Renew(held.Runs)]))))
            .AddSingleton<IPeerService>(static provider => Answer(NodeServices.Borrow, provider, static (Borrowing borrowing, Guid _, BorrowRequest asked) =>
                ValueTask.FromResult(borrowing.Lend(asked.Max))))
            .AddSingleton<IPeerService>(static provider => Answer(NodeServices.WorkAvailable, provider, static (Borrowing borrowing, Guid from, Told _) =>
            {
                borrowing.NoteWork(from);
                return ValueTask.FromResult(Told.Instance);
            }))
            .AddSingleton<IPeerService>(static provider => Answer(NodeServices.DefinitionChanged, provider, static async (DefinitionChanges changes, Guid _, DefinitionChange change) =>
            {
                await changes.ApplyAsync(change).ConfigureAwait(false);
                return Told.Instance;
            }))
            .AddSingleton<IPeerService>(static provider => provider.GetRequiredService<Loans>())
            .AddSingleton<IPeerService>(static provider => Answer(NodeServices.Admit, provider, static (SpreadRuns spread, Guid _, AdmissionRequest asked) =>
                ValueTask.FromResult(spread.Admit(asked.Run))))
            .AddSingleton<IPeerService>(static provider => Answer(NodeServices.AdmissionOver, provider, static (SpreadRuns spread, Guid _, AdmissionEnd end) =>
            {
                spread.End(end);
                return ValueTask.FromResult(Told.Instance);
            }));

    private static NodeAnswer<TRequest, TReply> Answer<TPart, TRequest, TReply>(
        NodeService<TRequest, TReply> service, IServiceProvider provider, Func<TPart, Guid, TRequest, ValueTask<TReply>> answer)
        where TPart : notnull =>
        new(service, (from, request, _) => answer(provider.GetRequiredService<TPart>(), from, request));
}
