namespace Api.Workers;

/// <summary>A run that a worker executes or has not finished reporting, and the attempt that it has.</summary>
internal sealed record HeldRun(Guid RunId, int Attempt);
