namespace Actors.Dispatch;

/// <summary>
/// The projects with waiting runs of one queue. They take turns by weight, and inside a project its backlogs do. What a
/// limit holds up is set aside, so that it costs no turn until something was released.
/// </summary>
internal sealed class Lane
{
    private readonly Dictionary<Guid, Line> _lines = [];
    private readonly Rotation<Line> _turns = new();
    private readonly HashSet<Line> _blocked = [];

    /// <summary>How often the lane was passed over, in a row, while a run of it may have been able to start.</summary>
    public int PassedOver { get; set; }

    /// <summary>Runs whose last claim ended in doubt: they count as active and may start at any time.</summary>
    public Queue<WaitingRun> InDoubt { get; } = new();

    public bool HasWork => _turns.Count > 0 || InDoubt.Count > 0;

    /// <summary>The project whose turn it is, with at least one backlog that is not blocked.</summary>
    public Line? Turn => _turns.Count > 0 ? _turns.First : null;

    public void Add(Guid projectId, Backlog backlog)
    {
        if (!_lines.TryGetValue(projectId, out var line))
        {
            line = new Line(projectId);
            _lines.Add(projectId, line);
        }

        if (!line.Blocked.Contains(backlog))
        {
            line.Open.Add(backlog);
            Join(line);
        }
    }

    public void Remove(Guid projectId, Backlog backlog)
    {
        var line = _lines[projectId];
        line.Open.Remove(backlog);
        line.Blocked.Remove(backlog);
        if (line.Open.Count == 0)
        {
            Withdraw(line);
        }

        if (line.Blocked.Count == 0 && !line.IsBlocked)
        {
            _blocked.Remove(line);
        }

        if (line.Open.Count + line.Blocked.Count == 0)
        {
            _blocked.Remove(line);
            _lines.Remove(projectId);
        }
    }

    /// <summary>The project took one of its turns. After as many as its weight the next project follows.</summary>
    public void CountTurn(Line line, int weight)
    {
        line.TurnsTaken++;
        if (line.TurnsTaken >= weight)
        {
            line.TurnsTaken = 0;
            _turns.Pass();
        }
    }

    /// <summary>The project's limit is reached: none of its backlogs gets a turn.</summary>
    public void Block(Line line)
    {
        line.IsBlocked = true;
        _blocked.Add(line);
        Withdraw(line);
    }

    /// <summary>The workflow's limit is reached.</summary>
    public void Block(Line line, Backlog backlog)
    {
        line.Open.Remove(backlog);
        line.Blocked.Add(backlog);
        _blocked.Add(line);
        if (line.Open.Count == 0)
        {
            Withdraw(line);
        }
    }

    /// <summary>Blocks a backlog by decision of somebody else; unknown ones are ignored.</summary>
    public void Block(Guid projectId, Backlog backlog)
    {
        if (_lines.TryGetValue(projectId, out var line) && line.Open.Contains(backlog))
        {
            Block(line, backlog);
        }
    }

    /// <summary>A run of the project and workflow was released: both are tried again.</summary>
    public void Unblock(Guid projectId, Backlog backlog)
    {
        if (!_lines.TryGetValue(projectId, out var line))
        {
            return;
        }

        line.IsBlocked = false;
        if (line.Blocked.Remove(backlog))
        {
            line.Open.Add(backlog);
        }

        if (line.Blocked.Count == 0)
        {
            _blocked.Remove(line);
        }

        Join(line);
    }

    /// <summary>Limits may have changed: everything is tried again.</summary>
    public void UnblockAll()
    {
        foreach (var line in _blocked)
        {
            line.IsBlocked = false;
            foreach (var backlog in line.Blocked)
            {
                line.Open.Add(backlog);
            }

            line.Blocked.Clear();
            Join(line);
        }

        _blocked.Clear();
    }

    private void Join(Line line)
    {
        if (!line.IsBlocked && line.Open.Count > 0)
        {
            _turns.Add(line);
        }
    }

    /// <summary>Who comes back begins a new turn at the end of the line: leaving early wins nothing.</summary>
    private void Withdraw(Line line)
    {
        line.TurnsTaken = 0;
        _turns.Remove(line);
    }
}

/// <summary>A project in a lane, with the backlogs that may start and those that a limit holds up.</summary>
internal sealed class Line(Guid projectId)
{
    public Guid ProjectId { get; } = projectId;

    public Rotation<Backlog> Open { get; } = new();

    public HashSet<Backlog> Blocked { get; } = [];

    /// <summary>The project's own limit is reached.</summary>
    public bool IsBlocked { get; set; }

    public int TurnsTaken { get; set; }
}
