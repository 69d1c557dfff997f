using System.Security.Cryptography;
using System.Text;
using Api.Hosting;
using Api.Security;

namespace Api.Workers;

/// <summary>What workers sign their tokens with: made at first start, kept as <c>worker.secret</c> in the keys folder, where an
/// operator finds it for workers that run elsewhere.</summary>
internal sealed class WorkerSecret
{
    private const int LeastBytes = 32;

    private WorkerSecret(byte[] content) => Bytes = content;

    public byte[] Bytes { get; }

    public string Text => Encoding.ASCII.GetString(Bytes);

    public static WorkerSecret FromSettings(NodeSettings settings)
    {
        var path = Path.Combine(settings.KeysFolder, "worker.secret");
        var secret = KeyFile.ReadOrMake(path, Make, out _).AsSpan().TrimEnd("\r\n"u8).ToArray();
        return secret.Length >= LeastBytes
            ? new WorkerSecret(secret)
            : throw new KeyRefusedException($"'{path}' is shorter than {LeastBytes} bytes.");
    }

    private static byte[] Make() => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
}
