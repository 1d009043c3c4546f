import { Stock } from "@/components/stock";
import { listProducts } from "@/catalog/client";
import { formatPrice } from "@/catalog/price";

export const dynamic = "force-dynamic";

export default async function Home() {
  const products = await listProducts();

  return (
    <>
      <h1>Lens tints</h1>
      <ul>
        {products.map((product) => (
          <li key={product.id}>
            <a href={`/products/${product.handle}`}>{product.title}</a>{" "}
            {formatPrice(product.amount, product.currency)} <Stock quantity={product.stock} />
          </li>
        ))}
      </ul>
    </>
  );
}
