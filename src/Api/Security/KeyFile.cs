using System.Runtime.InteropServices;

namespace Api.Security;

/// <summary>Small files that only the node's own user may read. Several nodes may share their folder, even read-only.</summary>
internal static class KeyFile
{
    /// <summary>EEXIST</summary>
    private const int FileExists = 17;
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

    /// <summary>Writes beside the target and gives it its name then: a reader or a crash never sees half a key.</summary>
    /// <returns>False if somebody else was faster: what they wrote stays.</returns>
    private static bool TryWrite(string path, ReadOnlySpan<byte> content)
    {
        MakeFolder(Path.GetDirectoryName(path)!);
        var draft = $"{path}.{Guid.NewGuid():N}";
        try
        {
            WriteDraft(draft, content);
            return TryName(draft, path);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <remarks>Not by a move: on Unix the runtime looks whether the target is there and then replaces what came since.</remarks>
    private static bool TryName(string draft, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            File.Move(draft, path, overwrite: false);
            return true;
        }

        if (Link(draft, path) == 0) return true;
        var error = Marshal.GetLastPInvokeError();
        return error == FileExists
            ? false
            : throw new IOException(Marshal.GetPInvokeErrorMessage(error));
    }

    private static void WriteDraft(string draft, ReadOnlySpan<byte> content)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using var file = new FileStream(draft, options);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    private static extern int Link(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);
}

/// <summary>A key file is not what it should be. The message is for operators and holds nothing of the key.</summary>
internal sealed class KeyRefusedException(string message, Exception? cause = null) : Exception(message, cause);
