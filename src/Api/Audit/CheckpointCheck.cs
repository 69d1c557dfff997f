using System.Security.Cryptography;
using System.Text;
using Api.ReadModels;

namespace Api.Audit;

/// <summary>Checks checkpoints in the order of their numbers.</summary>
/// <param name="number">Of the one before; null if it is not known.</param>
internal sealed class CheckpointCheck(AuditKeys keys, long? number)
{
    private long? _number = number;

    public List<AuditProblem> Problems { get; } = [];

    /// <param name="hash">Of the link at its position; null if there is none.</param>
    public void Add(CheckpointRow row, string? hash)
    {
        if (_number is { } before && row.Number != before + 1) AddGap(before + 1, row.Number - 1);
        _number = row.Number;
        if (row.KeyId != keys.SigningId || !IsSigned(row)) Tell(row, $"Checkpoint {row.Number} is not what was signed");
        else if (row.Head != hash) Tell(row, $"Checkpoint {row.Number} is of another chain than the one that is stored");
    }

    /// <param name="last">Number of the last checkpoint there should be.</param>
    public void End(long last)
    {
        if (_number is { } before && before < last) AddGap(before + 1, last);
    }

    private bool IsSigned(CheckpointRow row)
    {
        var text = ChainHash.CheckpointText(row.Number, row.Position, row.Head, row.At, row.KeyId);
        var signature = new byte[128];
        return Convert.TryFromBase64String(row.Signature, signature, out var length)
            && keys.Signing.VerifyData(
                Encoding.UTF8.GetBytes(text), signature.AsSpan(0, length), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    private void AddGap(long first, long last)
    {
        if (Problems.Count < ChainCheck.MostProblems)
            Problems.Add(new AuditProblem(AuditProblemKind.Checkpoint, null, null, $"Checkpoint {first} is not there", last - first + 1));
    }

    private void Tell(CheckpointRow row, string detail)
    {
        if (Problems.Count < ChainCheck.MostProblems)
            Problems.Add(new AuditProblem(AuditProblemKind.Checkpoint, row.Position, null, detail));
    }
}
