using System.Net;
using System.Xml;
using Amazon.Runtime;
using Amazon.S3;

namespace OpticWorks.Operations.Objects;

/// <summary>Runs requests: each try under a watch, again after a pause when the failure may pass, and explained when it does not.</summary>
internal sealed class Requests(Uri endpoint, string bucket, RequestLimits limits)
{
    private static readonly string[] PassingCodes =
        ["InternalError", "ServiceUnavailable", "SlowDown", "TooManyRequests", "RequestTimeout", "BadDigest", "OperationAborted"];

    /// <param name="key">For people.</param>
    /// <param name="bytes">Length of the body that it sends.</param>
    /// <param name="call">One try. It must be safe to repeat.</param>
    /// <exception cref="OperationException">It failed for good (exit 4); the SDK's exception is inside.</exception>
    public async Task<T> RunAsync<T>(string key, long bytes, Func<RequestWatch, Task<T>> call, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var watch = new RequestWatch(limits, bytes, cancellationToken);
            try
            {
                return await call(watch).ConfigureAwait(false);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && IsOfTransfer(e, watch))
            {
                if (attempt >= limits.Attempts || !MayPass(e, watch))
                    throw Explain(e, watch, key, attempt);
            }

            await Task.Delay(limits.Pause(attempt, Random.Shared.NextDouble()), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What every true answer has. S3 may answer 200 and say in the body that it failed; such an answer is tried again.</summary>
    /// <exception cref="AmazonClientException">It lacks it.</exception>
    public static string Given(string? value, string name) => value is { Length: > 0 } given ? given : throw new AmazonClientException($"an answer without {name}");

    /// <summary>Whether the same request may succeed a moment later.</summary>
    private static bool MayPass(Exception e, RequestWatch watch) => watch.Stuck || e is not AmazonServiceException answer
        || answer.StatusCode is 0 or HttpStatusCode.OK or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
        || ((int)answer.StatusCode >= 500 && answer.StatusCode != HttpStatusCode.NotImplemented)
        || PassingCodes.Contains(answer.ErrorCode);

    private static bool IsOfTransfer(Exception e, RequestWatch watch) =>
        watch.Stuck || e is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or WebException or XmlException
            or OperationCanceledException;

    private OperationException Explain(Exception e, RequestWatch watch, string key, int attempts)
    {
        var where = endpoint.GetLeftPart(UriPartial.Authority);
        var times = attempts == 1 ? "" : $" ({attempts} tries)";
        if (!watch.Stuck && e is AmazonServiceException { StatusCode: not 0 } answer)
        {
            return new OperationException($"The object store refused {bucket}/{key}", ExitCodes.PreflightRefused, e)
            {
                Where = where,
                Seen = $"{(int)answer.StatusCode} {answer.ErrorCode} {answer.Message}{times}",
                Next = answer.ErrorCode == "RequestTimeTooSkewed" ? "set this computer's clock"
                    : answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized ? "check the object store's keys in the environment"
                    : "check the object store, then run the same command again",
            };
        }

        return new OperationException($"The object store does not answer for {bucket}/{key}", ExitCodes.PreflightRefused, e)
        {
            Where = where,
            Seen = (watch.Stuck ? $"nothing moved for {limits.Stall.TotalSeconds:0} s, or slower than {limits.LeastRate / 1024} KiB/s" : e.Message) + times,
            Next = "check the object store, then run the same command again",
        };
    }
}
