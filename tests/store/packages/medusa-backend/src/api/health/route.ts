import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http";
import { ContainerRegistrationKeys } from "@medusajs/framework/utils";
import { checkHealth } from "../../health/health";
import { pingRedis } from "../../health/redis";
import { releaseId } from "../../release/release";

const release = releaseId();

/** Takes the place of Medusa's own /health, which says OK whatever its database and Redis do. */
export async function GET(request: MedusaRequest, response: MedusaResponse): Promise<void> {
  const database = request.scope.resolve(ContainerRegistrationKeys.PG_CONNECTION);
  const health = await checkHealth(
    { database: async () => database.raw("select 1"), redis: pingRedis },
    release,
  );
  response.status(health.status === "ok" ? 200 : 503).json(health);
}
