import { MedusaService } from "@medusajs/framework/utils";
import { LoyaltyAccount } from "./models/loyalty-account";

/** The points a customer has earned. */
export default class LoyaltyModuleService extends MedusaService({ LoyaltyAccount }) {}
