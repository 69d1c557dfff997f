using System.Text;

namespace Cluster.Entities;

/// <summary>
/// Who or what caused a command, as whoever asks says it. It flows with the asker's execution context, travels with the command to the
/// entity, on whichever node it lives, and reaches the entity's projection: an audit trail can say on whose behalf an event happened,
/// in the transaction of that event. Behaviours do not decide on it, and it is not journalled with the event.
/// </summary>
public static class Origin
{
    /// <summary>Longest origin in bytes of UTF-8.</summary>
    public const int MaxBytes = 1024;

    private static readonly AsyncLocal<string?> s_current = new();

    /// <summary>Of all asks from here on, in this flow of execution; null for the system itself. Opaque to the engine.</summary>
    /// <exception cref="ArgumentException">It is longer than <see cref="MaxBytes"/>.</exception>
    public static string? Current
    {
        get => s_current.Value;
        set
        {
            if (value is not null && Encoding.UTF8.GetByteCount(value) > MaxBytes)
            {
                throw new ArgumentException($"An origin has at most {MaxBytes} bytes.", nameof(value));
            }

            s_current.Value = value;
        }
    }
}
