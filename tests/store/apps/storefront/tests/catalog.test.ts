import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatPrice } from "../src/catalog/price.ts";
import { toProduct } from "../src/catalog/product.ts";

describe("a price", () => {
  it("is shown in its currency", () => {
    assert.equal(formatPrice(49, "usd"), "$49.00");
    assert.equal(formatPrice(1234.5, "eur"), "€1,234.50");
    assert.equal(formatPrice(0, "usd"), "$0.00");
  });

  it("may be missing", () => {
    assert.equal(formatPrice(null, "usd"), "Price on request");
    assert.equal(formatPrice(49, undefined), "Price on request");
  });
});

describe("a product", () => {
  const price = (calculated_amount: number | null) => ({ calculated_amount, currency_code: "usd" });
  const product = (...variants: object[]) =>
    toProduct({
      id: "prod_1",
      handle: "amber",
      title: "Amber",
      variants: variants.map((variant, index) => ({ id: `variant_${index}`, ...variant })),
    });

  it("has the stock of all its variants", () => {
    assert.equal(product({ inventory_quantity: 2 }, { inventory_quantity: 40 }).stock, 42);
    assert.equal(product({ inventory_quantity: null }, {}).stock, 0);
  });

  it("has the lowest price", () => {
    const { amount, currency } = product(
      { calculated_price: price(9) },
      { calculated_price: price(7) },
      { calculated_price: price(null) },
    );
    assert.equal(amount, 7);
    assert.equal(currency, "usd");
  });

  it("may have no price", () => {
    assert.equal(product({}, { calculated_price: null }).amount, null);
  });
});
