using Cluster.Entities;

namespace Actors.Users;

/// <summary>
/// One user as the engine knows it: the person, sealed, what proves that it is them, their sessions and API tokens. Whether they may
/// sign in says the register of accounts.
/// </summary>
public sealed class UserBehavior : IEntityBehavior<UserState, UserCommand, UserEvent>
{
    public UserState Initial => UserState.Empty;

    public Decision<UserEvent> Decide(UserState state, UserCommand command, in DecisionContext context) =>
        UserDecider.Decide(state, command, context.Now);

    public UserState Evolve(UserState state, UserEvent @event) => UserEvolver.Evolve(state, @event);

    /// <summary>Nothing: every node reads sessions and tokens from the rows, and believes them for half a second.</summary>
    public IEnumerable<Effect> React(UserState state, UserEvent @event) => [];

    public IEnumerable<Effect> Resume(UserState state) => [];
}
