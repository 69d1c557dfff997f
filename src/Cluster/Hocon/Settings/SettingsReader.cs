using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Cluster.Hocon;

/// <summary>
/// Reads settings strictly. Each typed read declares a key; faults are collected, reads go on with the default, and
/// <see cref="ThrowIfFaulty"/> reports them together with every configured key that nobody asked for.
/// </summary>
/// <remarks>
/// Keys are dotted kebab-case, relative to the section. A setting without default must be configured. <c>null</c> in a
/// file means "not configured".
/// </remarks>
public sealed partial class SettingsReader
{
    private readonly IConfiguration _configuration;
    private readonly string _prefix;
    private readonly SettingsLog _log;

    public SettingsReader(IConfiguration configuration, string section = "cluster")
        : this(configuration, Checked(section) + ".", new SettingsLog(configuration, section))
    {
    }

    private SettingsReader(IConfiguration configuration, string prefix, SettingsLog log)
    {
        _configuration = configuration;
        _prefix = prefix;
        _log = log;
    }

    /// <summary>What has been asked for so far, by this reader and those made from it.</summary>
    public IReadOnlyList<Setting> Settings => _log.Settings;

    internal SettingsLog Log => _log;

    /// <summary>A reader for the keys under <paramref name="section"/>; it shares its findings with this one.</summary>
    public SettingsReader Within(string section) => new(_configuration, $"{_prefix}{Checked(section)}.", _log);

    public TimeSpan Duration(string key, TimeSpan? fallback = null, TimeSpan? min = null, TimeSpan? max = null) =>
        Read(key, SettingKinds.Duration, fallback, min, max);

    public long Size(string key, long? fallback = null, long? min = null, long? max = null) =>
        Read(key, SettingKinds.Size, fallback, min, max);

    public int Int(string key, int? fallback = null, int? min = null, int? max = null) =>
        Read(key, SettingKinds.Int, fallback, min, max);

    public bool Bool(string key, bool? fallback = null) => Read(key, SettingKinds.Bool, fallback);

    /// <summary>Values are written as the names of <typeparamref name="T"/> in kebab-case.</summary>
    public T Enum<T>(string key, T fallback)
        where T : struct, Enum =>
        Read(key, SettingKinds.Enum<T>(), fallback);

    /// <inheritdoc cref="Enum{T}(string, T)"/>
    public T Enum<T>(string key)
        where T : struct, Enum =>
        Read(key, SettingKinds.Enum<T>(), null);

    /// <param name="secret">The value and its default appear in no message and no list.</param>
    public string String(string key, string? fallback = null, bool secret = false)
    {
        var value = OptionalString(key, fallback, secret);
        if (value is null) _log.Missing(Path(key));
        return value ?? "";
    }

    public string? OptionalString(string key, string? fallback = null, bool secret = false)
    {
        var path = Path(key);
        var value = TextOf(path) ?? fallback;
        _log.Declare(new Setting(path, "string", secret ? null : fallback, secret ? null : value, secret));
        return value;
    }

    /// <summary>An array, or one text with commas (all that an environment variable can hold).</summary>
    public IReadOnlyList<string> StringList(string key, IReadOnlyList<string>? fallback = null)
    {
        var path = Path(key);
        var value = ListOf(path);
        if (value is null && fallback is null) _log.Missing(path);
        var list = value ?? fallback ?? [];
        _log.Declare(new Setting(path, SettingsLog.ListKind, Format(fallback), Format(list), Secret: false));
        return list;

        static string? Format(IReadOnlyList<string>? items) => items is null ? null : $"[{string.Join(", ", items)}]";
    }

    /// <summary>A value that is good by itself breaks a rule together with others.</summary>
    /// <param name="key">Of the setting that is to be changed.</param>
    /// <param name="rule">A sentence that an operator can act on; it follows the key.</param>
    public void Refuse(string key, string? value, string rule) => _log.Fault(Path(key), value, rule);

    /// <exception cref="SettingsException">A value is bad or missing, or a key is unknown.</exception>
    public void ThrowIfFaulty()
    {
        var faults = _log.AllFaults();
        if (faults.Length > 0) throw new SettingsException(faults);
    }

    private T Read<T>(string key, SettingKind<T> kind, T? fallback, T? min = null, T? max = null)
        where T : struct
    {
        var path = Path(key);
        var range = new SettingRange<T>(min, max, kind.Format);
        if (fallback is { } given && range.BrokenBy(given) is not null)
            throw new ArgumentException($"The default of {path} is outside its own bounds.", nameof(fallback));
        var value = Configured(path, kind, range) ?? fallback;
        if (value is null) _log.Missing(path);
        _log.Declare(new Setting(path, kind.Name, Format(fallback), Format(value), Secret: false));
        return value.GetValueOrDefault();

        string? Format(T? shown) => shown is { } known ? kind.Format(known) : null;
    }

    private T? Configured<T>(string path, SettingKind<T> kind, SettingRange<T> range)
        where T : struct
    {
        if (TextOf(path) is not { } text) return null;
        var value = kind.Parse(text);
        var broken = value is { } parsed ? range.BrokenBy(parsed) : kind.Rule;
        if (broken is null) return value;
        _log.Fault(path, text, broken);
        return null;
    }

    private string? TextOf(string path)
    {
        var section = SectionOf(path);
        if (section.Value is null && section.GetChildren().Any())
            _log.Fault(path, null, "must be a single value, not an object or an array");
        return section.Value;
    }

    private IReadOnlyList<string>? ListOf(string path)
    {
        var section = SectionOf(path);
        if (section.Value is { } text)
            return text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var items = section.GetChildren().ToList();
        if (items.Exists(item => item.Value is null || !int.TryParse(item.Key, CultureInfo.InvariantCulture, out _)))
            _log.Fault(path, null, "must be an array of plain values");
        return items.Count == 0 ? null : [.. items.Select(item => item.Value ?? "")];
    }

    private IConfigurationSection SectionOf(string path) =>
        _configuration.GetSection(ConfiguredValues.PathOf(path));

    private string Path(string key) => _prefix + Checked(key);

    private static string Checked(string key) => KeyPattern().IsMatch(key)
        ? key
        : throw new ArgumentException($"'{key}' is not a dotted kebab-case key.", nameof(key));

    [GeneratedRegex(@"^[a-z0-9]+([.-][a-z0-9]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex KeyPattern();
}
