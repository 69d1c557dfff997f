namespace Cluster.Kit;

/// <summary>Real input for tests: what the demo sends.</summary>
public static class DemoFiles
{
    /// <summary>A FHIR bundle of 40 patients and 60 observations, some of them wrong.</summary>
    public static string Bundle() => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "demo", "bundle.json"));
}
