using System.Text.Json.Serialization;

namespace Actors.Submissions;

/// <summary>What a key can be told. The words are part of the messages between nodes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "command")]
[JsonDerivedType(typeof(Reserve), "reserve")]
public abstract record SubmissionCommand
{
    private SubmissionCommand()
    {
    }

    /// <summary>Asks for the ids of the work order that the request is to make.</summary>
    /// <param name="Reservation">The ids if the key was not used yet. Reply: <see cref="SubmissionReply.Reserved"/>.</param>
    public sealed record Reserve(Reservation Reservation) : SubmissionCommand;
}

/// <summary>Replies of a key. The words are part of the messages between nodes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "reply")]
[JsonDerivedType(typeof(Reserved), "reserved")]
public abstract record SubmissionReply
{
    private SubmissionReply()
    {
    }

    /// <param name="Reservation">What the key stands for: that of the first request with it.</param>
    public sealed record Reserved(Reservation Reservation) : SubmissionReply;
}

/// <summary>Facts of a key. A public contract: see <see cref="SubmissionCodec"/> for the manifests.</summary>
public abstract record SubmissionEvent
{
    private SubmissionEvent()
    {
    }

    /// <summary>Replaces what the key stood for before, whose time was over.</summary>
    public sealed record Reserved(Reservation Reservation, DateTimeOffset At) : SubmissionEvent;
}
