using System.Security.Cryptography;
using System.Text;
using Api.Hosting;
using Api.Security;

namespace Api.Workers;

/// <summary>What workers sign their tokens with: made at first start, kept in <c>DATA-DIR/keys/worker.secret</c>, where an
/// operator finds it for workers that run elsewhere.</summary>
internal sealed class WorkerSecret
{
    private WorkerSecret(byte[] content) => Bytes = content;

    public byte[] Bytes { get; }

    public string Text => Encoding.ASCII.GetString(Bytes);

    public static WorkerSecret FromSettings(NodeSettings settings)
    {
        var path = Path.Combine(settings.DataDir, "keys", "worker.secret");
        if (KeyFile.Read(path) is { } known)
        {
            return new WorkerSecret(known);
        }

        var made = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        KeyFile.Write(path, made);
        return new WorkerSecret(made);
    }
}
