using System.Globalization;
using System.Security;
using System.Text;

namespace Cluster.Benchmarks.Plots;

/// <summary>One bar: the median, and a line from the least to the most.</summary>
internal sealed record Bar(string Label, double Min, double Median, double Max, bool IsPeer = false);

/// <summary>Bars of one unit, on one scale that begins at 0.</summary>
internal sealed record BarGroup(string Unit, IReadOnlyList<Bar> Bars);

/// <summary>Writes bars as SVG, in colours that can be told apart on white and on black.</summary>
internal static class BarChart
{
    private const int Width = 720;
    private const int Labels = 250;
    private const int Values = 90;
    private const int Row = 22;
    private const int Head = 30;

    public static string Draw(string title, string subtitle, IEnumerable<BarGroup> groups)
    {
        var body = new StringBuilder();
        var y = 52;
        foreach (var group in groups)
        {
            Text(body, 8, y + 16, group.Unit, "font-weight='bold'");
            y += Head;
            var most = Math.Max(group.Bars.Max(static bar => bar.Max), double.Epsilon);
            foreach (var bar in group.Bars)
            {
                Draw(body, bar, y, most);
                y += Row;
            }
        }

        return $"""
            <svg xmlns='http://www.w3.org/2000/svg' width='{Width}' height='{y + 10}' font-family='sans-serif' font-size='12' fill='#777'>
            <text x='8' y='20' font-size='15' font-weight='bold'>{SecurityElement.Escape(title)}</text>
            <text x='8' y='38'>{SecurityElement.Escape(subtitle)}</text>
            {body}</svg>

            """;
    }

    private static void Draw(StringBuilder body, Bar bar, int y, double most)
    {
        double X(double value) => Labels + (value / most * (Width - Labels - Values));
        var colour = bar.IsPeer ? "#b58900" : "#268bd2";
        var middle = y + (Row / 2);
        Text(body, 16, middle + 4, bar.Label, "");
        body.AppendLine(Invariant($"<rect x='{Labels}' y='{y + 3}' width='{Math.Max(X(bar.Median) - Labels, 1):0.#}' height='{Row - 6}' fill='{colour}'/>"));
        if (bar.Max > bar.Min)
            body.AppendLine(Invariant($"<line x1='{X(bar.Min):0.#}' y1='{middle}' x2='{X(bar.Max):0.#}' y2='{middle}' stroke='#777' stroke-width='2'/>"));
        Text(body, X(bar.Max) + 6, middle + 4, Short(bar.Median), "");
    }

    private static void Text(StringBuilder body, double x, int y, string text, string attributes) =>
        body.AppendLine(Invariant($"<text x='{x:0.#}' y='{y}' {attributes}>{SecurityElement.Escape(text)}</text>"));

    private static string Short(double value) => value.ToString(value >= 100 ? "#,0" : "0.##", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
