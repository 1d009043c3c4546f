import type { MedusaNextFunction, MedusaRequest, MedusaResponse } from "@medusajs/framework/http";
import { setTimeout as sleep } from "node:timers/promises";
import { FaultSwitch } from "./switch";

/** Faults exist only where a test asks for them. */
export const faultsEnabled = process.env.STORE_FAULTS === "1";

export const faultSwitch = new FaultSwitch(process.env.STORE_FAULTS_FILE);

const leaked: Buffer[] = [];

/** Makes a request suffer the faults in force. */
export async function injectFaults(
  _: MedusaRequest,
  response: MedusaResponse,
  next: MedusaNextFunction,
): Promise<void> {
  const faults = faultSwitch.current();
  if (faults.crash) {
    process.exit(1);
  }
  if (faults.leakBytesPerRequest > 0) {
    leaked.push(Buffer.alloc(faults.leakBytesPerRequest, 1));
  }
  if (faults.latencyMs > 0) {
    await sleep(faults.latencyMs);
  }
  if (Math.random() < faults.errorRate) {
    response.status(500).json({ type: "injected_fault", message: "This error was asked for by a test." });
    return;
  }
  next();
}
