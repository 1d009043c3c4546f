namespace OpticWorks.Operations.Database.Migrations;

/// <summary>An input without a byte that does not end before it is disposed. The one who reads it learns from its end that this process is gone.</summary>
internal sealed class OpenLine : ForwardStream
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _end.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        _end.TrySetResult();
        base.Dispose(disposing);
    }
}
