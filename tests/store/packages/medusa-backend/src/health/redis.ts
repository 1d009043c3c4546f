import { Redis } from "ioredis";
import { DEADLINE_MS } from "./health";

let client: Redis | undefined;

/** Pings Redis on a connection of its own, which reconnects after an outage. */
export async function pingRedis(): Promise<void> {
  client ??= connect(process.env.REDIS_URL);
  await client.ping();
}

function connect(url: string | undefined): Redis {
  if (!url) {
    throw new Error("REDIS_URL is not set");
  }

  const redis = new Redis(url, {
    connectTimeout: DEADLINE_MS,
    commandTimeout: DEADLINE_MS,
    maxRetriesPerRequest: 1,
    retryStrategy: (attempt) => Math.min(attempt * 100, 1000),
  });
  // The probe's own failure is the report; without a listener every reconnection would be logged as unhandled.
  redis.on("error", () => {});
  return redis;
}
