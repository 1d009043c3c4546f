using System.Security.Cryptography;
using System.Text;
using FsCheck.Fluent;
using OpticWorks.Operations.Provisioning;

namespace OpticWorks.Operations.Tests.Provisioning;

public sealed class ScramVerifierTests
{
    /// <summary>The exchange of RFC 7677, section 3: user "user", password "pencil".</summary>
    [Fact]
    public void The_keys_prove_the_exchange_of_RFC_7677()
    {
        const string Messages =
            "n=user,r=rOprNGfwEbeRWgbNEkqO,"
            + "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
            + "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        var verifier = ScramVerifier.Of("pencil", Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096);

        verifier.ShouldStartWith("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$");
        var keys = verifier.Split('$')[2].Split(':').Select(Convert.FromBase64String).ToArray();
        var messages = Encoding.ASCII.GetBytes(Messages);
        Convert.ToBase64String(HMACSHA256.HashData(keys[1], messages)).ShouldBe("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
        var proof = Convert.FromBase64String("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        var clientKey = proof.Zip(HMACSHA256.HashData(keys[0], messages), (a, b) => (byte)(a ^ b)).ToArray();
        SHA256.HashData(clientKey).ShouldBe(keys[0]);
    }

    [Fact]
    public void A_verifier_fits_its_password_and_no_other()
    {
        foreach (var password in Gen.Choose(' ', '~').Select(code => (char)code).NonEmptyListOf()
            .Select(letters => new string([.. letters])).Sample(30, 20))
        {
            var verifier = ScramVerifier.Of(password);

            ScramVerifier.Matches(verifier, password).ShouldBeTrue(password);
            ScramVerifier.Matches(verifier, password + "x").ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("md5c6ec0c0ee5b7e0ec0e5ee0e5ee0e5ee0")]
    [InlineData("SCRAM-SHA-256$0:AAAA$AAAA:AAAA")]
    [InlineData("SCRAM-SHA-256$99999999999:AAAA$AAAA:AAAA")]
    [InlineData("SCRAM-SHA-256$4096:!$AAAA:AAAA")]
    [InlineData("SCRAM-SHA-256$4096:$é:AAAA")]
    public void What_is_no_verifier_fits_nothing(string text) => ScramVerifier.Matches(text, "pencil").ShouldBeFalse();

    [Theory]
    [InlineData("")]
    [InlineData("pässword")]
    [InlineData("a\nb")]
    public void A_password_that_programs_could_read_differently_is_refused(string password) =>
        Should.Throw<OperationException>(() => ScramVerifier.Of(password)).ExitCode.ShouldBe(ExitCodes.Configuration);
}
