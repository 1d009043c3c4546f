namespace OpticWorks.Build;

internal static class Placeholder
{
    public static int Main(string[] arguments)
    {
        System.Console.WriteLine(string.Join('|', arguments));
        return 0;
    }
}
