using System.Text;

namespace OpticWorks.Operations.Backups.Dumps;

/// <summary>A line with the password, then another stream.</summary>
internal sealed class PasswordFirst(string password, Stream rest) : ForwardStream
{
    private ReadOnlyMemory<byte> _first = Encoding.UTF8.GetBytes(password + "\n");

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_first.Length == 0)
            return await rest.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        var count = Math.Min(buffer.Length, _first.Length);
        _first[..count].CopyTo(buffer);
        _first = _first[count..];
        return count;
    }
}
