/** A price as the shop shows it; amounts are in the currency's main unit, as Medusa gives them. */
export function formatPrice(amount: number | null | undefined, currency: string | null | undefined): string {
  if (amount == null || !currency) {
    return "Price on request";
  }
  return new Intl.NumberFormat("en-US", { style: "currency", currency: currency.toUpperCase() }).format(
    amount,
  );
}
