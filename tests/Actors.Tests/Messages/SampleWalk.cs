using System.Collections;
using System.Reflection;

namespace Actors.Tests.Messages;

/// <summary>What samples hold: the types met, and for each optional part whether it was seen with and without a value.
/// A new command, reply, report or optional field that no sample has is found here.</summary>
internal sealed class SampleWalk
{
    private readonly NullabilityInfoContext _nullability = new();
    private readonly HashSet<Type> _closedSets = [];
    private readonly HashSet<Type> _seen = [];
    private readonly Dictionary<string, (bool With, bool Without)> _optional = [];

    public SampleWalk(MessageSet set)
    {
        _closedSets.UnionWith(set.Bases);
        foreach (var sample in set.Commands.Concat(set.Replies))
        {
            Visit(sample);
        }
    }

    /// <summary>Cases of closed sets (abstract records with nested ones) that no sample holds.</summary>
    public IEnumerable<string> MissingCases => _closedSets
        .SelectMany(set => set.GetNestedTypes().Where(nested => nested.IsSubclassOf(set)))
        .Except(_seen)
        .Select(missing => missing.FullName!);

    public IEnumerable<string> MissingOptions => _optional
        .Where(option => option.Value is not (true, true))
        .Select(option => $"{option.Key} {(option.Value.With ? "is never null" : "is always null")}");

    private void Visit(object value)
    {
        var type = value.GetType();
        if (value is IEnumerable items and not string)
        {
            foreach (var item in items)
            {
                Visit(item);
            }
        }
        else if (type.Namespace!.StartsWith(nameof(Actors), StringComparison.Ordinal) && !type.IsEnum)
        {
            _seen.Add(type);
            foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            {
                Visit(property, property.GetValue(value));
            }
        }
    }

    private void Visit(PropertyInfo property, object? value)
    {
        if (_nullability.Create(property).ReadState == NullabilityState.Nullable)
        {
            var name = $"{property.DeclaringType}.{property.Name}";
            var (with, without) = _optional.GetValueOrDefault(name);
            _optional[name] = (with || value is not null, without || value is null);
        }

        var declared = property.PropertyType.IsGenericType
            ? property.PropertyType.GetGenericArguments()[0]
            : property.PropertyType;
        if (declared.IsAbstract && declared.IsClass) _closedSets.Add(declared);
        if (value is not null) Visit(value);
    }
}
