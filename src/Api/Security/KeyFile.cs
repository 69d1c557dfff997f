namespace Api.Security;

/// <summary>Small files that only the node's own user may read. Several nodes may share their folder, even read-only.</summary>
internal static class KeyFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerOnly | UnixFileMode.UserExecute;

    /// <summary>The file's content; made and written first if there is no such file.</summary>
    /// <param name="made">Whether it was this call that made it. Of nodes that start together only one does.</param>
    /// <exception cref="KeyRefusedException">It can neither be read nor made.</exception>
    public static byte[] ReadOrMake(string path, Func<byte[]> make, out bool made)
    {
        made = false;
        try
        {
            if (Read(path) is { } present) return present;

            var content = make();
            made = TryWrite(path, content);
            return made ? content : File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyRefusedException($"The key file '{path}' can neither be read nor made: {e.Message}", e);
        }
    }

    /// <summary>A folder for the node's own user; one that exists is left as it is.</summary>
    public static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, OwnerFolder);
    }

    private static byte[]? Read(string path) => File.Exists(path) ? File.ReadAllBytes(path) : null;

    /// <summary>Writes beside the target and renames: a reader or a crash never sees half a key.</summary>
    /// <returns>False if somebody else was faster: what they wrote stays.</returns>
    private static bool TryWrite(string path, ReadOnlySpan<byte> content)
    {
        MakeFolder(Path.GetDirectoryName(path)!);
        var draft = $"{path}.{Guid.NewGuid():N}";
        try
        {
            WriteDraft(draft, content);
            File.Move(draft, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private static void WriteDraft(string draft, ReadOnlySpan<byte> content)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using var file = new FileStream(draft, options);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }
}

/// <summary>A key file is not what it should be. The message is for operators and holds nothing of the key.</summary>
internal sealed class KeyRefusedException(string message, Exception? cause = null) : Exception(message, cause);
