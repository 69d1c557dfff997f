using Actors.Projects;

namespace Actors.Workflows;

/// <summary>The rules of each job by itself, and of their names and ids among each other.</summary>
internal static class JobRules
{
    public static void Check(Workflow workflow, WorkflowFacts facts, Faults faults)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var ids = new HashSet<Guid> { Guid.Empty };
        if (workflow.Trigger is { } trigger) ids.Add(trigger.Id);

        for (var i = 0; i < workflow.Jobs.Length; i++)
        {
            var job = workflow.Jobs[i];
            var path = $"jobs[{i}]";
            faults.AddUnless(ids.Add(job.Id), $"{path}.id", "must be a UUID of its own among trigger and jobs");
            CheckName(job, path, names, faults);
            CheckBody(job, path, faults);
            CheckAdaptor(job, path, facts, faults);
            CheckCredential(job, path, facts, faults);
            if (job.Retry is { } retry) CheckRetry(retry, $"{path}.retry", faults);
        }
    }

    private static void CheckName(Job job, string path, HashSet<string> names, Faults faults)
    {
        faults.AddUnless(
            Text.IsLine(job.Name, WorkflowLimits.NameLength), $"{path}.name", "must be 1 to 200 characters on one line");
        faults.AddUnless(names.Add(job.Name), $"{path}.name", "must be unique among the jobs");
    }

    private static void CheckBody(Job job, string path, Faults faults) =>
        faults.AddUnless(
            Text.Fits(job.Body, WorkflowLimits.BodyBytes), $"{path}.body", "must be at most 1 MB without NUL");

    private static void CheckAdaptor(Job job, string path, WorkflowFacts facts, Faults faults)
    {
        if (AdaptorSpecifier.NameOf(job.Adaptor) is not { } name)
        {
            faults.Add($"{path}.adaptor", "must name an adaptor and its exact version, as in @openfn/language-http@7.2.10");
        }
        else if (!AdaptorSpecifier.IsAllowed(name, facts.Adaptors))
        {
            faults.Add($"{path}.adaptor", $"must be an adaptor that this installation allows; {name} is not");
        }
    }

    private static void CheckCredential(Job job, string path, WorkflowFacts facts, Faults faults)
    {
        faults.AddUnless(
            job.CredentialId is not { } id || facts.Credentials.Contains(id),
            $"{path}.credentialId",
            "must be a credential that is granted to the project");
        faults.AddUnless(
            job.CredentialId is null || job.KeychainId is null,
            $"{path}.keychainCredentialId",
            "must not be there with a credentialId: a job has one or the other");
    }

    private static void CheckRetry(RetryPolicy retry, string path, Faults faults)
    {
        faults.AddUnless(
            retry.MaxAttempts is >= 2 and <= WorkflowLimits.RetryAttempts, $"{path}.maxAttempts", "must be 2 to 20");
        faults.AddUnless(
            retry.BackoffMs is >= 0 and <= WorkflowLimits.RetryBackoffMs, $"{path}.backoffMs", "must be 0 to 3600000");
        faults.AddUnless(
            retry.MaxBackoffMs >= retry.BackoffMs && retry.MaxBackoffMs <= WorkflowLimits.RetryMaxBackoffMs,
            $"{path}.maxBackoffMs",
            "must be at least backoffMs and at most 86400000");
    }
}
