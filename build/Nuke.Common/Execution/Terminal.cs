namespace Nuke.Common.Execution;

/// <summary>The host when nothing else is recognised: a person's terminal, or any program that starts the build.</summary>
public class Terminal : Host
{
    public static bool IsRunningTerminal => true;
}
