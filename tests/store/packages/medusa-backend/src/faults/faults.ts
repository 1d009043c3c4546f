/** What a faulty release does to the store's requests. */
export type Faults = {
  /** Share of requests answered with 500, 0 to 1. */
  errorRate: number;
  /** Delay added to every request, in milliseconds. */
  latencyMs: number;
  /** Memory never given back, in bytes a request. */
  leakBytesPerRequest: number;
  /** Whether the next request ends the process. */
  crash: boolean;
};

export const NO_FAULTS: Faults = { errorRate: 0, latencyMs: 0, leakBytesPerRequest: 0, crash: false };

/** Reads faults from JSON data; what is not named is off. Throws on unknown names and impossible values. */
export function parseFaults(value: unknown): Faults {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error("faults must be an object");
  }

  const unknown = Object.keys(value).filter((name) => !(name in NO_FAULTS));
  if (unknown.length > 0) {
    throw new Error(`unknown fault: ${unknown.join(", ")}`);
  }

  const faults = { ...NO_FAULTS, ...value };
  requireNumber("errorRate", faults.errorRate, 1);
  requireNumber("latencyMs", faults.latencyMs);
  requireNumber("leakBytesPerRequest", faults.leakBytesPerRequest);
  if (typeof faults.crash !== "boolean") {
    throw new Error("crash must be true or false");
  }
  return faults;
}

function requireNumber(name: string, value: unknown, highest = Number.MAX_SAFE_INTEGER): void {
  if (typeof value !== "number" || !(value >= 0 && value <= highest)) {
    throw new Error(`${name} must be a number from 0 to ${highest}`);
  }
}
