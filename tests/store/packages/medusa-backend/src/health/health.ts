/** How long one dependency may take to answer, in milliseconds. */
export const DEADLINE_MS = 2000;

/** Asks one dependency for a sign of life; rejects when there is none. */
export type Probe = () => Promise<unknown>;

type Connection = "connected" | "disconnected";

export type Health = {
  status: "ok" | "degraded";
  database: Connection;
  redis: Connection;
  release: string;
};

/** Whether the probe succeeds before the deadline. Never rejects, and never outlasts the deadline. */
export async function answers(probe: Probe, deadlineMs: number = DEADLINE_MS): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, deadlineMs, false);
  });
  const answer = Promise.resolve()
    .then(probe)
    .then(
      () => true,
      () => false,
    );

  try {
    return await Promise.race([answer, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/** Probes both dependencies at once, so the whole answer takes one deadline at most. */
export async function checkHealth(
  probes: { database: Probe; redis: Probe },
  release: string,
  deadlineMs: number = DEADLINE_MS,
): Promise<Health> {
  const [database, redis] = await Promise.all([
    answers(probes.database, deadlineMs),
    answers(probes.redis, deadlineMs),
  ]);

  return {
    status: database && redis ? "ok" : "degraded",
    database: database ? "connected" : "disconnected",
    redis: redis ? "connected" : "disconnected",
    release,
  };
}
