import { model } from "@medusajs/framework/utils";

export const LoyaltyAccount = model.define("loyalty_account", {
  id: model.id({ prefix: "loyal" }).primaryKey(),
  customer_id: model.text().unique(),
  points: model.number().default(0),
  tier: model.enum(["standard", "silver", "gold"]).default("standard"),
});
