using System.Text.RegularExpressions;

namespace EndToEnd.Kit;

/// <summary>What a process printed, line by line, and who waits for a line.</summary>
internal sealed class ProcessOutput
{
    private readonly List<string> _lines = [];
    private readonly List<(Regex Pattern, TaskCompletionSource<Match?> Found)> _waiting = [];
    private readonly Lock _gate = new();
    private bool _ended;

    public string Text
    {
        get
        {
            lock (_gate)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    public async Task ReadAsync(TextReader reader)
    {
        while (await reader.ReadLineAsync() is { } line) Add(line);
    }

    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            foreach (var (_, found) in _waiting) found.TrySetResult(null);
        }
    }

    /// <summary>The first line, printed already or to come, that matches; null when the output ends without one.</summary>
    public Task<Match?> LineAsync(string pattern)
    {
        var regex = new Regex(pattern, RegexOptions.CultureInvariant);
        lock (_gate)
        {
            var known = _lines.Select(line => regex.Match(line)).FirstOrDefault(match => match.Success);
            if (known is not null || _ended) return Task.FromResult(known);
            var found = new TaskCompletionSource<Match?>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((regex, found));
            return found.Task;
        }
    }

    private void Add(string line)
    {
        lock (_gate)
        {
            _lines.Add(line);
            for (var at = _waiting.Count - 1; at >= 0; at--)
            {
                if (_waiting[at].Pattern.Match(line) is not { Success: true } match) continue;
                _waiting[at].Found.TrySetResult(match);
                _waiting.RemoveAt(at);
            }
        }
    }
}
