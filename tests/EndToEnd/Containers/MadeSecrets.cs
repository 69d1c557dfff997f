using Cluster.Kit;
using EndToEnd.Kit;

namespace EndToEnd.Containers;

/// <summary>A folder of what <c>docker/make-secrets.sh</c> makes.</summary>
internal sealed class MadeSecrets : IDisposable
{
    private readonly TempFolder _folder = new();

    public string SetupToken { get; private set; } = "";

    public string Path => _folder.Path;

    public static async Task<MadeSecrets> MakeAsync()
    {
        var made = new MadeSecrets();
        var said = await Tool.RunAsync(System.IO.Path.Combine(Repository.Root, "docker", "make-secrets.sh"), made.Path);
        made.SetupToken = said.Split("shown this once: ")[1].Trim();
        return made;
    }

    public string File(string name) => _folder.File(name);

    public void Dispose() => _folder.Dispose();
}
