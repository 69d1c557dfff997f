namespace Actors.Runs;

/// <param name="MaxAttempts">Poison limit: a run whose worker was lost this often is not tried again.</param>
/// <param name="MaxSteps">Most steps of one run that are recorded, so that its state stays bounded.</param>
public sealed record RunSettings(int MaxAttempts = 5, int MaxSteps = 10_000);
