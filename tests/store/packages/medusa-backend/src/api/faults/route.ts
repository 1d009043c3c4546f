import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http";
import { MedusaError } from "@medusajs/framework/utils";
import { parseFaults, type Faults } from "../../faults/faults";
import { faultsEnabled, faultSwitch } from "../../faults/middleware";

export async function GET(_: MedusaRequest, response: MedusaResponse): Promise<void> {
  requireEnabled();
  response.json(faultSwitch.current());
}

export async function POST(request: MedusaRequest, response: MedusaResponse): Promise<void> {
  requireEnabled();
  faultSwitch.set(parse(request.body));
  response.json(faultSwitch.current());
}

export async function DELETE(_: MedusaRequest, response: MedusaResponse): Promise<void> {
  requireEnabled();
  faultSwitch.clear();
  response.json(faultSwitch.current());
}

function requireEnabled(): void {
  if (!faultsEnabled) {
    throw new MedusaError(MedusaError.Types.NOT_FOUND, "Faults are not enabled");
  }
}

function parse(body: unknown): Faults {
  try {
    return parseFaults(body);
  } catch (error) {
    throw new MedusaError(MedusaError.Types.INVALID_DATA, (error as Error).message);
  }
}
