using FsCheck;
using FsCheck.Fluent;
using Nuke.Common.Tests.Builds;
using Nuke.Common.Tests.Golden;
using Nuke.Common.ValueInjection;

namespace Nuke.Common.Tests.Parameters;

/// <summary>Encrypted values of parameter files, and what is shown of secrets.</summary>
[Collection(BuildCollection.Name)]
public sealed class SecretTests : IDisposable
{
    /// <summary>
    /// From OpenSSL, an implementation of its own: "top-secret-value" under the password "correct horse", with
    /// the key and vector of <c>openssl kdf -keylen 48 -kdfopt digest:SHA256 -kdfopt iter:10000 … PBKDF2</c>.
    /// </summary>
    private const string EncryptedByOpenSsl = "v1:AcAQMhnMRzsUOUR2+JlII1QUwurIaqXuvf20Cm6H3ro=";

    private readonly TestRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Value_encrypted_elsewhere_is_decrypted() =>
        Encryption.Decrypt(EncryptedByOpenSsl, "correct horse").ShouldBe("top-secret-value");

    [Fact]
    public void Decryption_reverses_encryption() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(20),
            Prop.ForAll(
                ArbMap.Default.ArbFor<NonNull<string>>(),
                ArbMap.Default.ArbFor<NonNull<string>>(),
                (text, password) => !IsText(text.Get) || Encryption.Decrypt(Encryption.Encrypt(text.Get, password.Get), password.Get) == text.Get));

    [Fact]
    public void Secret_in_a_file_is_read_with_the_password_and_never_shown()
    {
        WithSecret(EncryptedByOpenSsl).WithVariable("PARAMS_KEY", "correct horse");

        var result = _run.Execute(WithParameters.Run, "show-key --verbosity verbose");

        result.ExitCode.ShouldBe(0, result.Output);
        result.Output.ShouldContain("key has 16 letters: [REDACTED]");
        _run.Read(".nuke/temp/build.log").ShouldNotContain("top-secret-value");
        _run.Read(".nuke/temp/build.log").ShouldContain("key has 16 letters: [REDACTED]");
    }

    [Fact]
    public void Profile_has_a_password_of_its_own()
    {
        _run.WithFile(".nuke/parameters.dev.json", $$"""{ "ApiKey": "{{Encryption.Encrypt("of-the-profile", "b")}}" }""");

        _run.WithVariable("PARAMS_DEV_KEY", "b").Execute(WithParameters.Run, "show-key --profile dev").Output.ShouldContain("key has 14 letters");
    }

    [Fact]
    public void Without_a_password_the_secret_is_missing_and_the_reason_told()
    {
        WithSecret(EncryptedByOpenSsl);

        _run.Execute(WithParameters.Run, "show-key").Output.ShouldContain("key has null letters");
        var result = _run.Execute(WithParameters.Run, "needs-key");
        result.ExitCode.ShouldBe(255);
        result.Output.ShouldContain("It is encrypted in a parameter file; set PARAMS_KEY to its password");
    }

    [Theory]
    [InlineData(EncryptedByOpenSsl, "could not be decrypted with the password of PARAMS_KEY")]
    [InlineData("v1:AAAA", "could not be decrypted with the password of PARAMS_KEY")]
    [InlineData("plainsecret", "is a secret and must be encrypted")]
    public void Unreadable_secret_is_refused(string value, string message)
    {
        var result = WithSecret(value).WithVariable("PARAMS_KEY", "wrong password").Execute(WithParameters.Run);

        result.ExitCode.ShouldBe(255);
        result.Output.ShouldContain(message);
        result.Output.ShouldNotContain("plainsecret");
        result.Output.ShouldNotContain("wrong password");
    }

    [Fact]
    public void Secret_of_the_command_line_is_hidden_too() =>
        _run.Execute(WithParameters.Run, "show-key --api-key abcdef").Output.ShouldContain("key has 6 letters: [REDACTED]");

    private TestRun WithSecret(string value) => _run.WithFile(".nuke/parameters.json", $$"""{ "ApiKey": "{{value}}" }""");

    private static bool IsText(string text) => !text.Any(char.IsSurrogate);
}
