using Actors.Dispatch;

namespace Api.Dispatch;

/// <summary>Asks for runs on behalf of a worker: its socket as long as it is there, or one claim.</summary>
internal interface IRunTaker
{
    string WorkerId { get; }

    QueuePreference Preference { get; }

    /// <summary>Whether it goes on asking when nothing is there for it now.</summary>
    bool CanWait { get; }

    /// <summary>Units of its demand that will bring no run: it did not want to wait.</summary>
    void Spend(int units);

    /// <summary>A unit of the demand brought no run. Whether it is to be used again; if not, it is spent.</summary>
    bool WantsAnother();

    /// <summary>The claim is journalled and all that the run needs is there.</summary>
    /// <returns>False if the worker cannot be reached any more: nobody executes the attempt.</returns>
    bool TryHandOver(PreparedRun run);
}
