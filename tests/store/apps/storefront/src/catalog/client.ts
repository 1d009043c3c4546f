import { toProduct, type Product, type StoreProduct } from "./product";

/** The backend did not answer, or answered with an error. */
export class ShopUnavailable extends Error {}

const DEADLINE_MS = 10_000;
const FIELDS = "id,handle,title,*variants.calculated_price,+variants.inventory_quantity";

export async function listProducts(): Promise<Product[]> {
  return products({ limit: "50" });
}

export async function findProduct(handle: string): Promise<Product | undefined> {
  const [product] = await products({ handle });
  return product;
}

async function products(query: Record<string, string>): Promise<Product[]> {
  const { regions } = await get<{ regions: { id: string }[] }>("/store/regions", {
    limit: "1",
    fields: "id",
  });
  const region: Record<string, string> = regions[0] ? { region_id: regions[0].id } : {};
  const { products } = await get<{ products: StoreProduct[] }>("/store/products", {
    ...query,
    ...region,
    fields: FIELDS,
  });
  return products.map(toProduct);
}

async function get<T>(path: string, query: Record<string, string>): Promise<T> {
  const url = new URL(path, backendUrl());
  url.search = new URLSearchParams(query).toString();

  const response = await fetch(url, {
    cache: "no-store",
    headers: { "x-publishable-api-key": publishableKey() },
    signal: AbortSignal.timeout(DEADLINE_MS),
  }).catch((error: Error) => {
    throw new ShopUnavailable(`${path}: ${error.message}`, { cause: error });
  });

  if (!response.ok) {
    throw new ShopUnavailable(`${path}: status ${response.status}`);
  }
  return response.json();
}

/** The backend the bundle was built for, unless the Worker names another. */
function backendUrl(): string {
  return (
    process.env.MEDUSA_BACKEND_URL ?? process.env.NEXT_PUBLIC_MEDUSA_BACKEND_URL ?? "http://localhost:9000"
  );
}

function publishableKey(): string {
  return process.env.MEDUSA_PUBLISHABLE_KEY ?? process.env.NEXT_PUBLIC_MEDUSA_PUBLISHABLE_KEY ?? "";
}
