namespace Actors.Workflows;

/// <summary>Bounds of one workflow. They keep a definition small enough to be held in memory and sent to a worker.</summary>
public static class WorkflowLimits
{
    public const int Jobs = 500;
    public const int Edges = 2_000;
    public const int NameLength = 200;
    public const int LabelLength = 255;
    public const int ExpressionLength = 255;
    public const int AdaptorLength = 255;
    public const int CustomPathLength = 255;
    public const int RetryAttempts = 20;
    public const int RetryBackoffMs = 3_600_000;
    public const int RetryMaxBackoffMs = 86_400_000;
    public const int AuthMethodsPerTrigger = 10;
    public const int BodyBytes = 1_000_000;
    public const int GlobalsBytes = 1_000_000;
    public const int DefinitionBytes = 5_000_000;
}
