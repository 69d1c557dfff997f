using System.Collections.Immutable;
using Actors.Workflows;

namespace Actors.Runs;

/// <summary>A job and its policy.</summary>
public sealed record JobRetry(Guid JobId, RetryPolicy Policy);

/// <summary>The jobs of a run that are executed again when they fail. Equal by content, as the plan it is part of.</summary>
public sealed record JobRetries(ImmutableArray<JobRetry> Jobs)
{
    /// <returns>Null if no job has a policy.</returns>
    public static JobRetries? Of(Workflow workflow)
    {
        ImmutableArray<JobRetry> jobs =
            [.. workflow.Jobs.Where(static job => job.Retry is not null).Select(static job => new JobRetry(job.Id, job.Retry!))];
        return jobs.IsEmpty ? null : new JobRetries(jobs);
    }

    public RetryPolicy? PolicyOf(Guid jobId)
    {
        foreach (var job in Jobs)
        {
            if (job.JobId == jobId) return job.Policy;
        }

        return null;
    }

    public bool Equals(JobRetries? other) => other is not null && Jobs.AsSpan().SequenceEqual(other.Jobs.AsSpan());

    public override int GetHashCode() => Jobs.Length;
}
