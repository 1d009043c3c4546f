using System.ComponentModel;
using System.Text.Json;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Operations.Environments;

/// <summary>Takes hosts from an Ansible inventory, so that the store has one list of its machines: group <c>medusa</c> runs the
/// backend (variable <c>medusa_instances</c>, ports, default [9001]), <c>balancer</c> and <c>database</c> have one host each.
/// Of each host count <c>ansible_host</c>, <c>ansible_port</c> and <c>ansible_user</c>. An environment file that names an
/// inventory names no hosts itself.</summary>
public static class AnsibleInventory
{
    /// <summary>The longest that ansible-inventory may take.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Reads an inventory with Ansible's own program, so that every format, group_vars and host_vars count.</summary>
    /// <exception cref="OperationException">ansible-inventory is missing, or refuses the file (exit 2).</exception>
    internal static async Task<AnsibleHosts> ReadAsync(
        string path, CancellationToken cancellationToken, string program = "ansible-inventory")
    {
        var command = new LocalCommand(program, "-i", path, "--list")
        {
            WorkingDirectory = Path.GetDirectoryName(path),
            Limit = Limit,
            Environment = new Dictionary<string, string?>
            {
                ["ANSIBLE_NOCOLOR"] = "1",
                // A file that cannot be parsed is otherwise a warning and an empty list.
                ["ANSIBLE_INVENTORY_UNPARSED_FAILED"] = "1",
            },
        };
        ProcessResult result;
        try
        {
            result = await LocalProcess.RunAsync(command, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException e) when (e.InnerException is Win32Exception)
        {
            throw OperationException.Configuration(
                $"The environment takes its hosts from an Ansible inventory, and {program} is not installed",
                where: path, next: "install ansible-core (for example: pipx install ansible-core), then run the command again");
        }
        catch (OperationException e)
        {
            throw OperationException.Configuration(e.Message, where: command.ToString());
        }

        if (!result.Succeeded)
        {
            // Behind its first lines Ansible quotes the file, which may hold a password.
            var said = result.Error.Split('\n').Where(line => line.Contains("ERROR", StringComparison.Ordinal)).Take(3);
            throw OperationException.Configuration($"ansible-inventory refuses {Path.GetFileName(path)} (it ended with {result.ExitCode})",
                where: path, seen: string.Join('\n', said),
                next: $"{command}   (variables in a vault need ANSIBLE_VAULT_PASSWORD_FILE)");
        }

        return Parse(result.Output);
    }

    /// <summary>Reads the document that <c>ansible-inventory --list</c> prints.</summary>
    internal static AnsibleHosts Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return new AnsibleList(document.RootElement).Hosts();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new AnsibleHosts([], null, null, ["ansible-inventory printed no list of groups and hosts"]);
        }
    }
}
