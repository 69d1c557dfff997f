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
        // The handler of exceptions has taken it from the context.
        var endpoint = context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        foreach (var (name, type) in endpoint?.Metadata.GetMetadata<MethodInfo>()?.GetParameters().SelectMany(Bound) ?? [])
        {
            if (context.Request.Query.TryGetValue(name, out var value) && !Parses(type, value.ToString()))
                return Problem.Of(ProblemKinds.BadParameter, JsonNamingPolicy.CamelCase.ConvertName(name), "has a value of the wrong form");
        }

        return Problem.Of(ProblemKinds.BadRequest, "The body or a parameter is missing.");
    }

    /// <summary>What a parameter of a handler is bound from: itself, or the properties of one that gathers several.</summary>
    private static IEnumerable<(string Name, Type Type)> Bound(ParameterInfo parameter) =>
        parameter.IsDefined(typeof(AsParametersAttribute))
            ? parameter.ParameterType.GetProperties().Select(static property =>
                (property.GetCustomAttribute<FromQueryAttribute>()?.Name ?? property.Name, property.PropertyType))
            : [(parameter.Name!, parameter.ParameterType)];

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
