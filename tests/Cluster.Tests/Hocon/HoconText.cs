using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cluster.Hocon;
using Cluster.Hocon.Syntax;
using Cluster.Hocon.Values;

namespace Cluster.Tests.Hocon;

/// <summary>Reads HOCON from strings and shows the result as JSON.</summary>
internal static class HoconText
{
    public const string File = "hocon/main.conf";

    private static readonly JsonSerializerOptions Plain =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static HoconObject Read(
        string text, MemoryFiles? files = null, Dictionary<string, string>? environment = null)
    {
        files ??= new MemoryFiles();
        files.Add(File, text);
        return Read(files, environment);
    }

    public static HoconObject Read(MemoryFiles files, Dictionary<string, string>? environment = null) =>
        new HoconReader(files, name => environment?.GetValueOrDefault(name))
            .Read([new HoconFile(File, Optional: false)]);

    public static string Json(string text, MemoryFiles? files = null, Dictionary<string, string>? environment = null) =>
        Json(Read(text, files, environment));

    public static HoconException Fault(string text, MemoryFiles? files = null) =>
        Assert.Throws<HoconException>(() => Read(text, files));

    public static string Json(HoconValue value) => value switch
    {
        HoconScalar { Kind: ScalarKind.String } scalar => Quoted(scalar.Text),
        HoconScalar scalar => scalar.Text,
        HoconArray array => $"[{string.Join(",", array.Items.Select(Json))}]",
        HoconObject node => $"{{{string.Join(",", node.Members.Select(m => $"{Quoted(m.Key)}:{Json(m.Value)}"))}}}",
        _ => throw new InvalidOperationException(value.GetType().Name),
    };

    public static string Quoted(string text) => JsonSerializer.Serialize(text, Plain);
}

internal sealed class MemoryFiles : IHoconFiles
{
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    public MemoryFiles Add(string name, string text) => Add(name, Encoding.UTF8.GetBytes(text));

    public MemoryFiles Add(string name, byte[] bytes)
    {
        _files[Identity(name)] = bytes;
        return this;
    }

    public string Locate(string includingFile, string name) => new DiskFiles().Locate(includingFile, name);

    public string Identity(string name) => new DiskFiles().Identity(name);

    public byte[]? Read(string name, int limit) =>
        _files.GetValueOrDefault(Identity(name)) is { } bytes ? bytes[..Math.Min(limit, bytes.Length)] : null;
}
