/** What the sample store sells. Prices in US dollars. */
export const products = [
  { handle: "lens-tint-graphite", title: "Graphite Lens Tint", sku: "TINT-GRAPHITE", price: 49 },
  { handle: "lens-tint-amber", title: "Amber Lens Tint", sku: "TINT-AMBER", price: 54 },
  { handle: "lens-tint-rose", title: "Rose Lens Tint", sku: "TINT-ROSE", price: 59.5 },
];

export const tints = [
  { code: "graphite", name: "Graphite", transmission: 15 },
  { code: "amber", name: "Amber", transmission: 30 },
  { code: "rose", name: "Rose", transmission: 45 },
];
