using System.Text;
using FsCheck;
using FsCheck.Fluent;
using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Tests.Environments;

public sealed class EnvironmentPropertyTests : IDisposable
{
    private readonly EnvironmentFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Whatever is done to a valid file: it loads, or says what is wrong and where, and never fails otherwise.</summary>
    [Fact]
    public void A_damaged_file_loads_or_gives_mistakes_with_a_line_of_the_file()
    {
        Prop.ForAll(Damage.ToArbitrary(), Survives).Check(Config.QuickThrowOnFailure.WithMaxTest(600));
    }

    private void Survives(byte[] bytes)
    {
        try
        {
            EnvironmentFile.Parse(bytes, "staging", _folder.Root, local: null, _ => throw new InvalidOperationException("no inventory"));
        }
        catch (EnvironmentFileException e)
        {
            var lines = bytes.Count(b => b == '\n') + 1;
            e.Mistakes.ShouldNotBeEmpty();
            e.Mistakes.ShouldAllBe(mistake => mistake.Line >= 1 && mistake.Line <= lines && mistake.Text.Length > 0);
            e.Explain().Split('\n').Length.ShouldBe(e.Mistakes.Count + 1, e.Explain());
        }
    }

    /// <summary>Cut, doubled, overwritten and shuffled pieces, and values of another kind, several at a time.</summary>
    private static Gen<byte[]> Damage { get; } =
        from edits in Gen.NonEmptyListOf(Edit!)
        select edits.Take(4).Aggregate(Encoding.UTF8.GetBytes(EnvironmentFolder.Valid), (bytes, edit) => edit(bytes));

    private static Gen<Func<byte[], byte[]>> Edit => Gen.OneOf(
        from at in Gen.Choose(0, 1900)
        from length in Gen.Choose(0, 40)
        select new Func<byte[], byte[]>(bytes => [.. bytes[..Within(at, bytes)], .. bytes[Within(at + length, bytes)..]]),
        from at in Gen.Choose(0, 1900)
        from length in Gen.Choose(0, 200)
        select new Func<byte[], byte[]>(bytes =>
            [.. bytes[..Within(at + length, bytes)], .. bytes[Within(at, bytes)..Within(at + length, bytes)], .. bytes[Within(at + length, bytes)..]]),
        from at in Gen.Choose(0, 1900)
        from value in Gen.Choose(0, 255)
        select new Func<byte[], byte[]>(bytes => [.. bytes.Select((b, index) => index == at ? (byte)value : b)]),
        // A whole value replaced, so that the document stays JSON.
        from number in Gen.Choose(0, 60)
        from value in Gen.Elements("null", "true", "-1", "1e99", "\"\"", "\"x y\"", "[]", "[null]", "{}", "{\"a\":[{}]}", "\"${local:a}\"", "\"\\ud800\"")
        select new Func<byte[], byte[]>(bytes => ReplaceValue(bytes, number, value)));

    private static int Within(int index, byte[] bytes) => Math.Clamp(index, 0, bytes.Length);

    private static byte[] ReplaceValue(byte[] bytes, int number, string value)
    {
        var text = Encoding.Latin1.GetString(bytes);
        var colons = Enumerable.Range(0, text.Length).Where(index => text.AsSpan(index).StartsWith("\": ")).ToList();
        if (colons.Count == 0)
            return bytes;
        var start = colons[number % colons.Count] + 3;
        var end = text.IndexOfAny([',', '\n', '}'], start);
        return end < 0 ? bytes : Encoding.Latin1.GetBytes(text[..start] + value + text[end..]);
    }
}
