import { notFound } from "next/navigation";
import { findProduct } from "@/catalog/client";
import { formatPrice } from "@/catalog/price";
import { Quantity } from "@/components/quantity";
import { Stock } from "@/components/stock";

export const dynamic = "force-dynamic";

export default async function ProductPage({ params }: { params: Promise<{ handle: string }> }) {
  const { handle } = await params;
  const product = await findProduct(handle);
  if (!product) {
    notFound();
  }

  return (
    <article data-product={product.id}>
      <h1>{product.title}</h1>
      <p data-price={product.amount ?? ""}>{formatPrice(product.amount, product.currency)}</p>
      <Stock quantity={product.stock} />
      <Quantity highest={product.stock} />
    </article>
  );
}
