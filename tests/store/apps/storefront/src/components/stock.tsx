/** The stock, for people and, as data-stock, for programs. */
export function Stock({ quantity }: { quantity: number }) {
  return <span data-stock={quantity}>{`${quantity} in stock`}</span>;
}
