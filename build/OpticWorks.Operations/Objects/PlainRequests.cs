using Amazon.Runtime;

namespace OpticWorks.Operations.Objects;

/// <summary>Sends bodies at once. The SDK otherwise asks for permission first (Expect: 100-continue), and R2 never gives it, so that
/// each part would wait for a second.</summary>
internal sealed class PlainRequests : HttpClientFactory
{
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(
        new WithoutExpect(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(10), ConnectTimeout = TimeSpan.FromSeconds(10) }))
    { Timeout = Timeout.InfiniteTimeSpan };

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    private sealed class WithoutExpect(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.ExpectContinue = false;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
