using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace Api.Problems;

/// <summary>Names the query parameter that could not be bound: the framework's exception only says that one could not.</summary>
internal static class BadParameters
{
    public static Problem Describe(HttpContext context)
    {
        var endpoint = context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        foreach (var (name, type) in endpoint?.Metadata.GetMetadata<MethodInfo>()?.GetParameters().SelectMany(Bound) ?? [])
        {
            if (context.Request.Query.TryGetValue(name, out var value) && !Parses(type, value.ToString()))
                return Problem.Of(ProblemKinds.BadParameter, JsonNamingPolicy.CamelCase.ConvertName(name), "has a value of the wrong form");
        }

        return Problem.Of(ProblemKinds.BadRequest, "The body or a parameter is missing.");
    }

    /// <summary>A handler's parameter, or those of the record that stands for several.</summary>
    private static IEnumerable<(string Name, Type Type)> Bound(ParameterInfo parameter)
    {
        if (parameter.GetCustomAttribute<AsParametersAttribute>() is null) return [(NameOf(parameter, parameter.Name!), parameter.ParameterType)];
        var made = parameter.ParameterType.GetConstructors().SelectMany(static constructor => constructor.GetParameters())
            .Select(static one => (NameOf(one, one.Name!), one.ParameterType));
        return made.Concat(parameter.ParameterType.GetProperties().Where(static one => one.CanWrite)
            .Select(static one => (NameOf(one, one.Name), one.PropertyType)));
    }

    private static string NameOf(ICustomAttributeProvider bound, string name) =>
        bound.GetCustomAttributes(typeof(FromQueryAttribute), inherit: false) is [FromQueryAttribute { Name: { } own }] ? own : name;

    private static bool Parses(Type type, string text)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        try
        {
            return type == typeof(string)
                || TypeDescriptor.GetConverter(type).ConvertFromString(null, CultureInfo.InvariantCulture, text) is not null;
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return false;
        }
    }
}
