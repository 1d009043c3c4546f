// @ts-ignore: made by the build, and without types
import storefront from "./.open-next/worker.js";

type Environment = {
  ASSETS: { fetch(request: Request): Promise<Response> };
  RELEASE_ID?: string;
};

/** OpenNext's worker, with the release named on every answer and a page of its own for a shop that is down. */
export default {
  async fetch(request: Request, environment: Environment, context: unknown): Promise<Response> {
    const response: Response = await storefront.fetch(request, environment, context);
    const answer = response.status === 500 ? await unavailable(request, environment) : response;

    const named = new Response(answer.body, answer);
    named.headers.set("x-release", environment.RELEASE_ID ?? "unknown");
    return named;
  },
};

async function unavailable(request: Request, { ASSETS }: Environment): Promise<Response> {
  // Without ".html", where the asset server would only redirect to.
  const page = await ASSETS.fetch(new Request(new URL("/unavailable", request.url)));
  const headers = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "retry-after": "30",
  };
  return new Response(page.body, { status: 503, headers });
}
