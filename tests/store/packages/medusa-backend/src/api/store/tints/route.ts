import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http";
import { LENS_MODULE } from "../../../modules/lens";
import type LensModuleService from "../../../modules/lens/service";

export async function GET(request: MedusaRequest, response: MedusaResponse): Promise<void> {
  const lens: LensModuleService = request.scope.resolve(LENS_MODULE);
  const tints = await lens.listTints({}, { order: { code: "ASC" } });
  response.json({ tints });
}
