namespace Cluster.Hocon;

/// <summary>Holds the reference file to the code: for a test that reads every setting over that file alone.</summary>
public static class SettingsAudit
{
    /// <summary>
    /// One sentence per setting that is read but not in the files, in the files but not read, or has another value in
    /// the files than its default in the code. A setting without default is documented as <c>key = null</c>.
    /// </summary>
    public static IReadOnlyList<string> Disagreements(SettingsReader reader)
    {
        var undocumented = reader.Settings
            .Where(setting => !reader.Log.Values.IsNamed(setting.Key))
            .Select(setting => $"{setting.Key} is read by the code but not documented");
        var unread = reader.Log.UnknownKeys().Select(fault => $"{fault.Key} is documented but nothing reads it");
        var different = reader.Settings
            .Where(setting => setting.Value != setting.Default)
            .Select(setting =>
                $"{setting.Key} is documented as {setting.Value}, the code's default is {setting.Default ?? "none"}");
        return [.. undocumented, .. unread, .. different];
    }
}
