import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http";
import { releaseId } from "../../../release/release";

const release = releaseId();

/** The lightest request that passes through everything a store request passes through. */
export async function GET(_: MedusaRequest, response: MedusaResponse): Promise<void> {
  response.json({ release });
}
