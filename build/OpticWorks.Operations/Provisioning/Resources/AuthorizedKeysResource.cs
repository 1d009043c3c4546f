using System.Text;
using System.Text.RegularExpressions;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Provisioning;

/// <summary>Public keys that may log in as a user. Keys that are there already stay.</summary>
/// <param name="Keys">Lines of an authorized_keys file (sshd(8)), without options.</param>
public sealed partial record AuthorizedKeysResource(string User, IReadOnlyList<string> Keys) : Resource
{
    /// <summary>
    /// Adds standard input to the keys of the user $1. The user does it, not root: in its own home the user could point root
    /// elsewhere with a link.
    /// </summary>
    internal const string Script =
        """
        home=$(getent passwd "$1" | cut -d: -f6)
        exec runuser -u "$1" -- bash -ceu '
            umask 077
            cd -- "$1"
            mkdir -p .ssh
            chmod 0700 .ssh
            part=.ssh/authorized_keys.opticworks.new
            rm -f -- "$part"
            if [ -e .ssh/authorized_keys ]; then cat .ssh/authorized_keys >"$part"; fi
            [ ! -s "$part" ] || [ -z "$(tail -c 1 "$part")" ] || echo >>"$part"
            cat >>"$part"
            chmod 0600 "$part"
            mv -fT -- "$part" .ssh/authorized_keys' opticworks "$home"
        """;

    public override string Title => $"authorized keys of {User}";

    internal override IEnumerable<string> Questions => [$"keys:{Plain(User)}"];

    internal override Change? Compare(HostState state, IReadOnlySet<string> changed)
    {
        var found = state.KeysOf(User).Select(Essence).ToHashSet();
        var missing = Keys.Select(Checked).Where(key => !found.Contains(Essence(key))).ToList();
        if (missing.Count == 0)
            return null;
        var text = string.Concat(missing.Select(key => $"{key}\n"));
        return new Change(Title, missing.Count == 1 ? "add 1 key" : $"add {missing.Count} keys",
            string.Concat(missing.Select(key => $"+{key}\n")))
        {
            Actions = [new HostAction(ShellCommand.Script(Script, User), () => new MemoryStream(Encoding.UTF8.GetBytes(text), writable: false))],
        };
    }

    private static string Checked(string key) => KeyLine().IsMatch(key)
        ? key.Trim()
        : throw OperationException.Configuration("A public key for the deploy user is not one line of an OpenSSH public key file",
            next: "ssh-keygen -y -f PRIVATE_KEY shows the public part");

    /// <summary>Type and key; the comment after them does not matter.</summary>
    private static string Essence(string line) => KeyLine().Match(line) is { Success: true } match ? match.Groups[1].Value : line;

    [GeneratedRegex(@"^\s*((?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[A-Za-z0-9@.-]+ [A-Za-z0-9+/]+={0,2})(?: [^\r\n]*)?\s*$")]
    private static partial Regex KeyLine();
}
