// What the warehouse has, and mails about it.

import axios from "axios";

const WAREHOUSE = process.env.WAREHOUSE_URL ?? "http://warehouse.internal";

export interface Stock {
  sku: string;
  available: number;
}

const cache = new Map<string, Stock>();

export async function stockOf(sku: string): Promise<Stock> {
  const known = cache.get(sku);
  if (known) {
    return known;
  }
  const response = await axios.get<Stock>(`${WAREHOUSE}/stock/${encodeURIComponent(sku)}`);
  cache.set(sku, response.data);
  return response.data;
}

export async function reserve(items: { sku: string; quantity: number }[]): Promise<void> {
  items.forEach(async (item) => {
    await axios.post(`${WAREHOUSE}/reservations`, item, { timeout: 2000 });
  });
}

export async function releaseAll(reservations: string[]): Promise<void> {
  await Promise.all(
    reservations.map((id) =>
      fetch(`${WAREHOUSE}/reservations/${id}`, {
        method: "DELETE",
        signal: AbortSignal.timeout(2000),
      }),
    ),
  );
}

export async function warnBuyers(skus: string[], mail: (text: string) => Promise<void>) {
  for (const sku of skus) {
    const stock = await stockOf(sku);
    if (stock.available < 5) {
      await mail(`${sku}: only ${stock.available} left`);
    }
  }
}
