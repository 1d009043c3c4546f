namespace Nuke.Common;

internal sealed class Nothing : IDisposable
{
    public static readonly IDisposable Disposable = new Nothing();

    public void Dispose()
    {
    }
}
