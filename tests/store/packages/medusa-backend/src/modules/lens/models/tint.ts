import { model } from "@medusajs/framework/utils";

export const Tint = model.define(
  { name: "tint", tableName: "lens_tint" },
  {
    id: model.id({ prefix: "tint" }).primaryKey(),
    code: model.text().unique(),
    name: model.text(),
    /** Visible light that passes, in percent. */
    transmission: model.number(),
  },
);
