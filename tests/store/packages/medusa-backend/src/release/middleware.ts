import type { MedusaNextFunction, MedusaRequest, MedusaResponse } from "@medusajs/framework/http";
import { releaseId } from "./release";

const release = releaseId();

/** Names the release that answered, so that a caller behind the balancer can tell. */
export function nameRelease(_: MedusaRequest, response: MedusaResponse, next: MedusaNextFunction): void {
  response.setHeader("x-release", release);
  next();
}
