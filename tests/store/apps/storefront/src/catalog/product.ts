/** A product as `GET /store/products` gives it, as far as the shop reads it. */
export type StoreProduct = {
  id: string;
  handle: string;
  title: string;
  variants: {
    id: string;
    inventory_quantity?: number | null;
    calculated_price?: { calculated_amount: number | null; currency_code: string | null } | null;
  }[];
};

export type Product = {
  id: string;
  handle: string;
  title: string;
  amount: number | null;
  currency: string | null;
  stock: number;
};

/** Sums the stock of the variants and takes the lowest price. */
export function toProduct({ id, handle, title, variants }: StoreProduct): Product {
  const prices = variants
    .flatMap(({ calculated_price: price }) => (price?.calculated_amount == null ? [] : [price]))
    .sort((a, b) => a.calculated_amount! - b.calculated_amount!);

  return {
    id,
    handle,
    title,
    amount: prices[0]?.calculated_amount ?? null,
    currency: prices[0]?.currency_code ?? null,
    stock: variants.reduce((sum, variant) => sum + (variant.inventory_quantity ?? 0), 0),
  };
}
