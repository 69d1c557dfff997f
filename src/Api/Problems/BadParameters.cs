using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Metadata;

namespace Api.Problems;

/// <summary>Names the query parameter that could not be bound: the framework's exception only says that one could not.</summary>
internal static class BadParameters
{
    public static Problem Describe(HttpContext context)
    {
        var endpoint = context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        foreach (var parameter in endpoint?.Metadata.GetOrderedMetadata<IParameterBindingMetadata>() ?? [])
        {
            if (context.Request.Query.TryGetValue(parameter.Name, out var value)
                && !Parses(parameter.ParameterInfo.ParameterType, value.ToString()))
            {
                return Problem.Of(
                    ProblemKinds.BadParameter, JsonNamingPolicy.CamelCase.ConvertName(parameter.Name), "has a value of the wrong form");
            }
        }

        return Problem.Of(ProblemKinds.BadRequest, "The body or a parameter is missing.");
    }

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
