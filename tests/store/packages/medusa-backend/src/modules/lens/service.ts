import { MedusaService } from "@medusajs/framework/utils";
import { Tint } from "./models/tint";

/** The tints a lens can have. */
export default class LensModuleService extends MedusaService({ Tint }) {}
