using Api.ReadModels;
using Cluster.Journal;
using Dapper;

namespace Api.Retention;

/// <summary>A dataclip of a run, and whether the run's own data is in it.</summary>
internal sealed class RunClipRow
{
    public Guid RunId { get; init; }
    public Guid Id { get; init; }

    /// <summary>What the run was started with; else what it made.</summary>
    public bool IsInput { get; init; }
}

/// <summary>Which dataclips belong to runs. Every body that a run takes or makes is named by its row or those of its steps.</summary>
internal sealed class RunClips(IReadStore store)
{
    /// <summary>Inputs and outputs of the runs, those of others that they only took over left out.</summary>
    /// <param name="runIds">At most <see cref="IdList.Most"/>.</param>
    public async Task<List<RunClipRow>> OfAsync(IReadOnlyCollection<Guid> runIds, CancellationToken cancellationToken)
    {
        if (runIds.Count == 0) return [];
        var arguments = new DynamicParameters();
        var ids = arguments.AddIds("r", runIds);
        return await store.ListAsync<RunClipRow>(
            $"""
            select r.id as run_id, r.input_dataclip_id as id, true as is_input from runs r where r.id in {ids} and r.input_dataclip_id is not null
            union all select r.id, r.final_dataclip_id, false from runs r where r.id in {ids} and r.final_dataclip_id is not null
            union all select s.run_id, s.output_dataclip_id, false from steps s
                where s.run_id in {ids} and s.output_dataclip_id is not null and s.reused is null
            union all select s.run_id, s.webhook_response_id, false from steps s where s.run_id in {ids} and s.webhook_response_id is not null
            """,
            arguments,
            cancellationToken);
    }
}
