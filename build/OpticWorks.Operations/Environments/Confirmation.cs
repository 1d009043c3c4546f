namespace OpticWorks.Operations.Environments;

/// <summary>Changes to a protected environment are confirmed by its name.</summary>
public static class Confirmation
{
    /// <summary>Returns when the change may go on.</summary>
    /// <param name="confirm">The value of --confirm; null: not given.</param>
    /// <param name="ask">Shows a question on a terminal and returns the typed line; null: there is no terminal, nobody is asked.</param>
    /// <exception cref="OperationException">The name is missing or another (exit 2).</exception>
    public static void Require(StoreEnvironment environment, string? confirm, Func<string, string?>? ask = null)
    {
        var name = environment.Name;
        // A name that does not fit was meant for another environment, protected or not.
        if (confirm is not null && confirm != name)
            throw Refused($"--confirm {confirm} does not name this environment, {name}", name);
        if (!environment.Protected || confirm is not null)
            return;
        if (ask is null)
            throw Refused($"{name} is protected and the change is not confirmed", name);
        var typed = ask($"{name} is protected. Type its name to go on: ");
        if (typed?.Trim() != name)
            throw Refused($"{name} is protected and its name was not typed", name);
    }

    private static OperationException Refused(string what, string name) =>
        OperationException.Configuration(what, next: $"add --confirm {name}");
}
