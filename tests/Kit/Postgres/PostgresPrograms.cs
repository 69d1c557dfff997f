using System.Diagnostics;
using System.Globalization;

namespace Cluster.Kit.Postgres;

/// <summary>The server's programs, run as a user without rights: they refuse to run as root.</summary>
internal sealed class PostgresPrograms
{
    private const string Debian = "/usr/lib/postgresql";

    private readonly string _folder;
    private readonly string? _user;

    private PostgresPrograms(string folder, string? user)
    {
        _folder = folder;
        _user = user;
    }

    /// <exception cref="InvalidOperationException">They are not installed.</exception>
    public static PostgresPrograms Find() => new(
        Folders().FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb"))) ?? throw new InvalidOperationException(
            "These tests need a PostgreSQL server. Install the Debian package 'postgresql' " +
            "(apt-get install postgresql), or put the folder of initdb and pg_ctl on the PATH."),
        Environment.IsPrivilegedProcess ? UnprivilegedUser() : null);

    public string PathOf(string program) => Path.Combine(_folder, program);

    /// <summary>Makes the unprivileged user the owner of a folder.</summary>
    public async Task OwnAsync(string folder)
    {
        if (_user is not null)
            await EndAsync(Launch("chown", [_user, folder], captured: true));
    }

    public Task RunAsync(string program, params string[] arguments) => EndAsync(AsUser(PathOf(program), arguments, captured: true));

    /// <summary>A program whose input is ours. The caller ends and disposes it.</summary>
    public Process Start(string program, params string[] arguments) => AsUser(program, arguments, captured: false);

    private Process AsUser(string program, string[] arguments, bool captured) => _user is null
        ? Launch(program, arguments, captured)
        : Launch("setpriv", [$"--reuid={_user}", $"--regid={_user}", "--clear-groups", "--", program, .. arguments], captured);

    private static Process Launch(string program, string[] arguments, bool captured)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = captured,
            RedirectStandardError = captured,
            WorkingDirectory = "/",
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["LC_ALL"] = "C";
        return Process.Start(start)!;
    }

    private static async Task EndAsync(Process process)
    {
        using (process)
        {
            process.StandardInput.Close();
            var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException(
                    $"'{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)}' failed: {string.Concat(output)}");
            }
        }
    }

    // The user of Debian's package if there is one.
    private static string UnprivilegedUser() =>
        File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";

    private static IEnumerable<string> Folders()
    {
        var installed = Directory.Exists(Debian) ? Directory.GetDirectories(Debian) : [];
        var newest = installed.OrderByDescending(folder =>
            double.TryParse(Path.GetFileName(folder), NumberStyles.Float, CultureInfo.InvariantCulture, out var version) ? version : 0);
        return newest.Select(folder => Path.Combine(folder, "bin"))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator));
    }
}
