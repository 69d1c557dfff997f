using Api.Security;
using Cluster.Sealing;

namespace Api.Keys;

/// <summary>Writes shares where only the node's own user may read them.</summary>
internal static class ShareFiles
{
    /// <exception cref="KeyRefusedException">There is a file, or it cannot be written.</exception>
    public static void Make(string path, KeyShare share)
    {
        KeyFile.ReadOrMake(path, () => Text(share), out var made);
        if (!made) throw new KeyRefusedException($"There is a file '{path}' already, and it is left as it is.");
    }

    /// <summary>Adds a share behind those that are there, as a whole or not at all.</summary>
    /// <exception cref="KeyRefusedException">The file cannot be written.</exception>
    public static void Append(string path, KeyShare share)
    {
        var draft = $"{path}.{Guid.NewGuid():N}";
        try
        {
            var present = File.ReadAllText(path).TrimEnd();
            KeyFile.ReadOrMake(draft, () => [.. System.Text.Encoding.ASCII.GetBytes(present + "\n"), .. Text(share)], out _);
            File.Move(draft, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyRefusedException($"The file '{path}' cannot be changed: {e.Message}", e);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private static byte[] Text(KeyShare share) => System.Text.Encoding.ASCII.GetBytes(share.Reveal() + "\n");
}
