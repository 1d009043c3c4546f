import type { ExecArgs, IApiKeyModuleService, MedusaContainer } from "@medusajs/framework/types";
import { ContainerRegistrationKeys, Modules, ProductStatus } from "@medusajs/framework/utils";
import {
  createApiKeysWorkflow,
  createInventoryLevelsWorkflow,
  createProductsWorkflow,
  createRegionsWorkflow,
  createSalesChannelsWorkflow,
  createStockLocationsWorkflow,
  linkSalesChannelsToApiKeyWorkflow,
  linkSalesChannelsToStockLocationWorkflow,
  updateInventoryLevelsWorkflow,
} from "@medusajs/medusa/core-flows";
import { LENS_MODULE } from "../modules/lens";
import type LensModuleService from "../modules/lens/service";
import { products, tints } from "./catalog";

const SALES_CHANNEL = "Storefront";
const STOCK_LOCATION = "Warehouse";
const API_KEY = "Storefront";

/**
 * Fills the store with what the tests need; running it again adds nothing and sets the stock anew.
 * SEED_STOCK is the first product's stock (25 without it). The line of output that starts with {"publishableKey" is the result.
 */
export default async function seed({ container }: ExecArgs): Promise<void> {
  const stock = Number(process.env.SEED_STOCK ?? 25);
  if (!Number.isInteger(stock) || stock < 0) {
    throw new Error(`SEED_STOCK must be a whole number, not "${process.env.SEED_STOCK}"`);
  }

  await ensureRegion(container);
  await ensureTints(container);
  const channel = await ensureSalesChannel(container);
  const location = await ensureStockLocation(container, channel);
  const publishableKey = await ensurePublishableKey(container, channel);
  await ensureProducts(container, channel);
  await setStock(container, location, stock);

  const [first] = products;
  const [product] = await find(container, "product", ["id", "handle", "title"], { handle: first.handle });
  console.log(JSON.stringify({ publishableKey, product, stock }));
}

async function ensureRegion(container: MedusaContainer): Promise<void> {
  const existing = await find(container, "region", ["id"], { currency_code: "usd" });
  if (existing.length === 0) {
    await createRegionsWorkflow(container).run({
      input: {
        regions: [
          {
            name: "United States",
            currency_code: "usd",
            countries: ["us"],
            payment_providers: ["pp_system_default"],
          },
        ],
      },
    });
  }
}

async function ensureTints(container: MedusaContainer): Promise<void> {
  const lens: LensModuleService = container.resolve(LENS_MODULE);
  const existing = new Set((await lens.listTints()).map((tint) => tint.code));
  await lens.createTints(tints.filter((tint) => !existing.has(tint.code)));
}

async function ensureSalesChannel(container: MedusaContainer): Promise<string> {
  const [existing] = await find(container, "sales_channel", ["id"], { name: SALES_CHANNEL });
  if (existing) {
    return existing.id;
  }

  const { result } = await createSalesChannelsWorkflow(container).run({
    input: { salesChannelsData: [{ name: SALES_CHANNEL }] },
  });
  return result[0].id;
}

async function ensureStockLocation(container: MedusaContainer, channel: string): Promise<string> {
  const [existing] = await find(container, "stock_location", ["id"], { name: STOCK_LOCATION });
  if (existing) {
    return existing.id;
  }

  const { result } = await createStockLocationsWorkflow(container).run({
    input: { locations: [{ name: STOCK_LOCATION }] },
  });
  await linkSalesChannelsToStockLocationWorkflow(container).run({
    input: { id: result[0].id, add: [channel] },
  });
  return result[0].id;
}

async function ensurePublishableKey(container: MedusaContainer, channel: string): Promise<string> {
  const keys: IApiKeyModuleService = container.resolve(Modules.API_KEY);
  const [existing] = await keys.listApiKeys({ type: "publishable", title: API_KEY });
  if (existing) {
    return existing.token;
  }

  const { result } = await createApiKeysWorkflow(container).run({
    input: { api_keys: [{ type: "publishable", title: API_KEY, created_by: "" }] },
  });
  await linkSalesChannelsToApiKeyWorkflow(container).run({ input: { id: result[0].id, add: [channel] } });
  return result[0].token;
}

async function ensureProducts(container: MedusaContainer, channel: string): Promise<void> {
  const handles = products.map((product) => product.handle);
  const found = await find(container, "product", ["handle"], { handle: handles });
  const existing = new Set(found.map((product) => product.handle));
  const missing = products.filter((product) => !existing.has(product.handle));
  if (missing.length === 0) {
    return;
  }

  await createProductsWorkflow(container).run({
    input: {
      products: missing.map(({ handle, title, sku, price }) => ({
        handle,
        title,
        status: ProductStatus.PUBLISHED,
        sales_channels: [{ id: channel }],
        options: [{ title: "Finish", values: ["Standard"] }],
        variants: [
          {
            title: "Standard",
            sku,
            manage_inventory: true,
            options: { Finish: "Standard" },
            prices: [{ currency_code: "usd", amount: price }],
          },
        ],
      })),
    },
  });
}

async function setStock(container: MedusaContainer, location: string, stock: number): Promise<void> {
  const skus = products.map((product) => product.sku);
  const items = await find(container, "inventory_item", ["id", "sku", "location_levels.location_id"], {
    sku: skus,
  });
  const isStocked = (item: any) => item.location_levels.some((level: any) => level.location_id === location);
  const level = (item: any) => ({
    inventory_item_id: item.id,
    location_id: location,
    stocked_quantity: item.sku === skus[0] ? stock : 100,
  });

  await createInventoryLevelsWorkflow(container).run({
    input: { inventory_levels: items.filter((item) => !isStocked(item)).map(level) },
  });
  await updateInventoryLevelsWorkflow(container).run({
    input: { updates: items.filter((item) => isStocked(item) && item.sku === skus[0]).map(level) },
  });
}

async function find(
  container: MedusaContainer,
  entity: string,
  fields: string[],
  filters: Record<string, unknown>,
): Promise<any[]> {
  const query = container.resolve(ContainerRegistrationKeys.QUERY);
  const { data } = await query.graph({ entity, fields, filters });
  return data;
}
