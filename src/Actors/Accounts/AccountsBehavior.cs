using Cluster.Entities;

namespace Actors.Accounts;

/// <summary>
/// Who exists: one entity for the whole cluster, so that what holds for all users together (one address each, always an active
/// super user, set up once) is decided one command at a time.
/// </summary>
/// <param name="maxUsers">Most accounts, those that are leaving included.</param>
public sealed class AccountsBehavior(int maxUsers) : IEntityBehavior<AccountsState, AccountsCommand, AccountsEvent>
{
    /// <summary>The one register.</summary>
    public static readonly EntityRef Entity = new(EntityTypes.Accounts, new Guid("0197a000-0000-7000-8000-000000000001"));

    public AccountsState Initial => AccountsState.Empty;

    public Decision<AccountsEvent> Decide(AccountsState state, AccountsCommand command, in DecisionContext context) =>
        AccountsDecider.Decide(state, command, context.Now, maxUsers);

    public AccountsState Evolve(AccountsState state, AccountsEvent @event) => AccountsEvolver.Evolve(state, @event);

    /// <summary>Nothing: every node reads who may do what from the rows, and believes it for half a second.</summary>
    public IEnumerable<Effect> React(AccountsState state, AccountsEvent @event) => [];

    public IEnumerable<Effect> Resume(AccountsState state) => [];
}
