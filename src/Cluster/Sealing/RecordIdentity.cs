using System.Buffers.Binary;
using System.Text;
using Cluster.Entities;
using Cluster.Journal;

namespace Cluster.Sealing;

/// <summary>
/// Writes which record and field a sealed value stands in: the associated data it is bound to. Two places never have the same
/// bytes: every part says of what kind it is and texts how long they are. For one thread, and for any number of identities one
/// after the other; what is returned is good until the next.
/// </summary>
/// <remarks>The bytes are part of the stored format: they are never changed.</remarks>
internal sealed class RecordIdentity
{
    private byte[] _bytes = new byte[192];
    private int _length;

    private enum Part : byte
    {
        Text = 1,
        Number = 2,
        Id = 3,
        Bytes = 4,
    }

    public ReadOnlySpan<byte> OfEvent(EntityRef entity, long sequenceNr, string manifest) =>
        OfPayload("journal", entity, sequenceNr, manifest);

    public ReadOnlySpan<byte> OfSnapshot(EntityRef entity, in StoredSnapshot snapshot) =>
        OfPayload("snapshot", entity, snapshot.SequenceNr, snapshot.Payload.Manifest);

    /// <param name="key">Values of the table's key columns, in their order.</param>
    /// <exception cref="ArgumentException">A value is not of a type that a key has.</exception>
    public ReadOnlySpan<byte> OfColumn(ReadTable table, string column, ReadOnlySpan<object?> key)
    {
        Start(table.Name);
        Add(column);
        for (var i = 0; i < table.Key.Length; i++)
        {
            Add(key[i]);
        }

        return _bytes.AsSpan(0, _length);
    }

    private ReadOnlySpan<byte> OfPayload(string table, EntityRef entity, long sequenceNr, string manifest)
    {
        Start(table);
        Add(entity.Type);
        Add(entity.Id);
        Add(sequenceNr);
        Add(manifest);
        return _bytes.AsSpan(0, _length);
    }

    private void Start(string table)
    {
        _length = 0;
        Add(table);
    }

    private void Add(object? value)
    {
        switch (value)
        {
            case Guid id:
                Add(id);
                break;
            case string text:
                Add(text);
                break;
            case long number:
                Add(number);
                break;
            case int number:
                Add((long)number);
                break;
            case bool flag:
                Add(flag ? 1L : 0L);
                break;
            case DateTimeOffset time:
                Add(StoredTime.ToMicroseconds(time));
                break;
            case byte[] bytes:
                Add(bytes.AsSpan());
                break;
            case ReadOnlyMemory<byte> bytes:
                Add(bytes.Span);
                break;
            default:
                throw new ArgumentException($"A {value?.GetType().Name ?? "null"} is no value of a key.");
        }
    }

    private void Add(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        Encoding.UTF8.GetBytes(text, Next(Part.Text, length));
    }

    private void Add(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Next(Part.Bytes, bytes.Length));

    private void Add(Guid id) => id.TryWriteBytes(Next(Part.Id, 16), bigEndian: true, out _);

    private void Add(long number) => BinaryPrimitives.WriteInt64BigEndian(Next(Part.Number, 8), number);

    /// <summary>Room for the next part's value, behind its kind and length.</summary>
    private Span<byte> Next(Part part, int length)
    {
        const int Header = 5;
        var end = _length + Header + length;
        if (end > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(end, _bytes.Length * 2));
        }

        _bytes[_length] = (byte)part;
        BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(_length + 1), length);
        var room = _bytes.AsSpan(_length + Header, length);
        _length = end;
        return room;
    }
}
