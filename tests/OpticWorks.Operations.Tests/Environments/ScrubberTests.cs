using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Tests.Environments;

public sealed class ScrubberTests
{
    [Fact]
    public void A_secret_becomes_its_name()
    {
        var scrubber = Knowing(("database.password", "p@ss w/rd+é\"<"), ("", "nameless-one"));

        scrubber.Scrub("psql p@ss w/rd+é\"<, then nameless-one.").ShouldBe("psql [secret:database.password], then [secret].");
        scrubber.Scrub("postgres://medusa:p%40ss%20w%2Frd%2B%C3%A9%22%3C@db/medusa").ShouldBe("postgres://medusa:[secret:database.password]@db/medusa");
        scrubber.Scrub("p%40ss+w%2frd%2b%c3%a9%22%3c").ShouldBe("[secret:database.password]");
        scrubber.Scrub("{\"password\":\"p@ss w\\/rd+\\u00e9\\\"<\"}").ShouldBe("{\"password\":\"[secret:database.password]\"}");
        scrubber.Scrub("<td>p@ss w/rd+é&quot;&lt;</td>").ShouldBe("<td>[secret:database.password]</td>");
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("xy")]
    [InlineData("user:")]
    public void Its_base64_is_found_at_every_alignment(string before)
    {
        var scrubber = Knowing(("s", "hunter2-\u00ff\u00fe?>"));
        foreach (var after in new[] { "", "a", "ab", "abc" })
        {
            var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(before + "hunter2-\u00ff\u00fe?>" + after));
            foreach (var form in new[] { encoded, encoded.TrimEnd('='), encoded.Replace('+', '-').Replace('/', '_'), Uri.EscapeDataString(encoded) })
            {
                var scrubbed = scrubber.Scrub($"Authorization: Basic {form}");

                scrubbed.ShouldContain("[secret:s]");
                // What is left of it are digits of the text before and after.
                var left = scrubbed.Replace("Authorization: Basic ", "").Replace("[secret:s]", "").Replace("%3D", "=").TrimEnd('=');
                left.Length.ShouldBeLessThanOrEqualTo(((before.Length + after.Length) * 4 / 3) + 2, scrubbed);
            }
        }

        scrubber.Scrub(Convert.ToBase64String(Encoding.UTF8.GetBytes("hunter2-\u00ff\u00fe?>"))).ShouldBe("[secret:s]");
    }

    [Fact]
    public void Wrapped_base64_is_found()
    {
        var value = string.Concat(Enumerable.Range(0, 40).Select(i => $"{i:x4}"));
        var wrapped = Convert.ToBase64String(Encoding.UTF8.GetBytes(value), Base64FormattingOptions.InsertLineBreaks);

        Knowing(("s", value)).Scrub(wrapped).ShouldBe("[secret:s]");
    }

    [Fact]
    public void Each_line_of_a_key_is_hidden()
    {
        var scrubber = Knowing(("key", "-----BEGIN KEY-----\nMIIBVgIBADANBg\nkqhkiG9w0B\n-----END KEY-----"));

        scrubber.Scrub("  kqhkiG9w0B").ShouldBe("  [secret:key]");
        scrubber.Scrub("-----BEGIN KEY-----\r\nMIIBVgIBADANBg\r\nkqhkiG9w0B\r\n-----END KEY-----").ShouldBe("[secret:key]");
    }

    [Fact]
    public void Overlapping_secrets_leave_nothing_of_either()
    {
        var scrubber = Knowing(("a", "abcdefgh"), ("b", "efghijkl"), ("long", "abcdefgh-and-more"));

        scrubber.Scrub("<abcdefghijkl>").ShouldBe("<[secret:a]>");
        scrubber.Scrub("<abcdefgh-and-more>").ShouldBe("<[secret:long]>");
    }

    [Fact]
    public void Short_values_are_left_alone()
    {
        var scrubber = new Scrubber();

        scrubber.Add("pin", "12345").ShouldBeFalse();
        scrubber.Scrub("12345").ShouldBe("12345");
    }

    [Fact]
    public void What_looks_like_a_beginning_stays()
    {
        var scrubber = Knowing(("s", "hunter2"));

        scrubber.Scrub("hunter hunt% 100% \\ h").ShouldBe("hunter hunt% 100% \\ h");
    }

    [Fact]
    public void The_narrator_says_no_secret()
    {
        var recorder = new Recorder();
        var narrator = new ScrubbingNarrator(recorder, Knowing(("s", "hunter2")));

        narrator.Say("switch", "with hunter2");
        narrator.Warn("hunter2", "x");

        recorder.Lines.ShouldBe(["switch: with [secret:s]", "[secret:s]! x"]);
    }

    [Fact]
    public void The_writer_passes_on_what_is_decided()
    {
        using var inner = new StringWriter();
        var writer = new ScrubbingWriter(inner, Knowing(("s", "hunter2")));

        writer.Write("step 1, hun");
        writer.Flush();
        inner.ToString().ShouldBe("step 1, ");
        writer.Write("ter2 hunted hun");
        inner.ToString().ShouldBe("step 1, [secret:s] hunted ");
        writer.Complete();
        inner.ToString().ShouldBe("step 1, [secret:s] hunted hun");
        writer.Write(" and hun");
        writer.Dispose();
        inner.ToString().ShouldBe("step 1, [secret:s] hunted hun and hun");
    }

    /// <summary>"Z" is how this secret's base64 begins, and base64 may be wrapped anywhere.</summary>
    [Theory]
    [InlineData("1.0 MHZ\n", "next\n", "next\n")]
    [InlineData("1.0 MHZ\n", "Z\n", "Z\n")]
    [InlineData("1.0 MHZ\n", "mFtb3VzLXNlY3JldA==\n", "[secret:s]\n")]
    [InlineData("MHZmF\r\n", "tb3VzLXNlY3JldA==.", "[secret:s].")]
    [InlineData("MHZmF\n", "tb\n", "tb\n")]
    public void A_line_is_not_held_back_because_it_ends_like_a_secret_begins(string line, string more, string shown)
    {
        using var inner = new StringWriter();
        using var writer = new ScrubbingWriter(inner, Knowing(("s", "famous-secret")));

        writer.Write(line);
        inner.ToString().ShouldBe(line);
        writer.Write(more);
        writer.Complete();
        inner.ToString().ShouldBe(line + shown);
    }

    [Fact]
    public void Nothing_of_a_secret_of_several_lines_is_shown()
    {
        using var inner = new StringWriter();
        using var writer = new ScrubbingWriter(inner, Knowing(("s", "a\nb\nc\ndefg")));

        foreach (var line in new[] { "x\n", "a\n", "b\n", "c\n" })
            writer.Write(line);
        inner.ToString().ShouldBe("x\n");
        writer.Write("defg.");
        inner.ToString().ShouldBe("x\n[secret:s].");
    }

    [Fact]
    public void More_than_a_glimpse_of_a_secret_is_held_back_at_a_lines_end()
    {
        using var inner = new StringWriter();
        using var writer = new ScrubbingWriter(inner, Knowing(("s", "famous-secret")));

        writer.Write("MHZmFt\n");
        inner.ToString().ShouldBe("MH");
        writer.Write("b3VzLXNlY3JldA==.");
        inner.ToString().ShouldBe("MH[secret:s].");
    }

    /// <summary>Wherever and however a secret stands in a text: it is gone, and the text around it is not.</summary>
    [Fact]
    public void Any_secret_in_any_form_is_removed_and_nothing_else() =>
        Prop.ForAll(Cases.ToArbitrary(), sample => Knowing(("n", sample.Secret)).Scrub(sample.Text) == sample.Before + "[secret:n]" + sample.After)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    /// <summary>A stream, however it is cut, gives the same text as the whole.</summary>
    [Fact]
    public void The_cut_of_a_stream_does_not_matter() =>
        Prop.ForAll(Cases.ToArbitrary(), Gen.ListOf(Gen.Choose(1, 12)).ToArbitrary(), (sample, cuts) =>
        {
            var scrubber = Knowing(("n", sample.Secret));
            using var inner = new StringWriter();
            using (var writer = new ScrubbingWriter(inner, scrubber))
            {
                var rest = sample.Text;
                foreach (var cut in cuts)
                {
                    var length = Math.Min(cut, rest.Length);
                    writer.Write(rest[..length]);
                    rest = rest[length..];
                }

                writer.Write(rest);
            }

            return inner.ToString() == scrubber.Scrub(sample.Text);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    /// <summary>Text without secrets is never changed.</summary>
    [Fact]
    public void Other_text_stays_as_it_is() =>
        Prop.ForAll(Gen.Elements("%", "\\", "a", "b", "\\u00", "=", "&", " ", "\n", "é").ListOf().Select(string.Concat).ToArbitrary(),
            text => Knowing(("n", "secret-that-is-not-there")).Scrub(text) == text).QuickCheckThrowOnFailure();

    private static Gen<Sample> Cases =>
        from secret in Gen.Elements("abcXYZ019+/=-_ %\\\"'<>&é木\t".Select(c => c.ToString()).Append("😀").ToArray()).ListOf()
            .Where(list => list.Count is >= 6 and <= 40).Select(string.Concat)
        where secret.Trim() == secret && secret.Length >= Scrubber.MinimumLength
        // Text around it that no encoding could take for a part of it.
        from before in Gen.Elements("", "#", "[§]\n")
        from after in Gen.Elements("", "#", "\n[§]", "#%")
        from form in Gen.Elements<Func<string, string>>(
            text => text,
            Uri.EscapeDataString,
            text => WebUtility.UrlEncode(text),
            text => JsonSerializer.Serialize(text)[1..^1],
            text => JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text),
            text => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("\"", "&quot;"),
            text => ShellCommand.Quote(text).Trim('\'') is var quoted && text.Contains('\'') ? text.Replace("'", "'\\''") : quoted,
            text => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)),
            text => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_'))
        select new Sample(secret, before, form(secret), after);

    private static Scrubber Knowing(params (string Name, string Value)[] secrets)
    {
        var scrubber = new Scrubber();
        foreach (var (name, value) in secrets)
            scrubber.Add(name, value).ShouldBeTrue();
        return scrubber;
    }

    private sealed record Sample(string Secret, string Before, string Form, string After)
    {
        public string Text => Before + Form + After;
    }
}
