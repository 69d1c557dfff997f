namespace Actors;

/// <summary>
/// Invariants stay on in production: an event that contradicts the state is never applied, so neither stored nor
/// answered. The engine stops the entity, and a history that holds such an event is not replayed into a wrong state.
/// </summary>
internal static class Invariant
{
    public static void Holds(bool condition, string invariant)
    {
        if (!condition) throw new InvalidOperationException($"Broken invariant: {invariant}");
    }
}
