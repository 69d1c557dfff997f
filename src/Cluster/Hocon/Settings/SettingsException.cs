using System.Collections.Immutable;

namespace Cluster.Hocon;

/// <summary>The configuration is not usable. All faults together, so that one start is enough to mend them.</summary>
public sealed class SettingsException : Exception
{
    internal SettingsException(ImmutableArray<SettingsFault> faults)
        : base(Describe(faults))
    {
        Faults = faults;
    }

    public ImmutableArray<SettingsFault> Faults { get; }

    private static string Describe(ImmutableArray<SettingsFault> faults)
    {
        var heading = $"{faults.Length} {(faults.Length == 1 ? "fault" : "faults")} in the configuration:";
        return string.Join(Environment.NewLine + "  ", faults.Select(fault => fault.ToString()).Prepend(heading));
    }
}
