using System.Globalization;

namespace EndToEnd.Kit;

/// <summary>
/// The wall clock that a process and its children see, shifted from outside by libfaketime while they run. The monotonic
/// clock is left alone, as it is when somebody sets a machine's time.
/// </summary>
internal sealed class FakeClock
{
    private static readonly string[] s_libraries =
        ["/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"];

    private readonly string _file;

    /// <param name="file">Holds the shift; made here.</param>
    /// <exception cref="MissingPrerequisiteException">libfaketime is not installed.</exception>
    public FakeClock(string file)
    {
        _file = file;
        var library = s_libraries.FirstOrDefault(File.Exists)
            ?? throw new MissingPrerequisiteException("libfaketime is not there: install the Debian package 'libfaketime'");
        Shift(TimeSpan.Zero);
        Environment = new Dictionary<string, string>
        {
            ["LD_PRELOAD"] = library,
            ["FAKETIME_TIMESTAMP_FILE"] = file,
            ["FAKETIME_NO_CACHE"] = "1",
            ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
        };
    }

    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>From now on the clock is off by so much.</summary>
    public void Shift(TimeSpan by)
    {
        // Renamed into place: a reader never sees half a number.
        var seconds = by.TotalSeconds.ToString("+0;-0", CultureInfo.InvariantCulture);
        File.WriteAllText(_file + ".new", seconds + "s\n");
        File.Move(_file + ".new", _file, overwrite: true);
    }
}
