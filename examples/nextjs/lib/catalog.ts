export interface Product {
  readonly id: string
  readonly name: string
  readonly price: number
}

export function products(): Promise<Product[]> {
  return ask(`${process.env.CATALOG_API_URL}/products`)
}

export function product(id: string): Promise<Product> {
  return ask(`${process.env.CATALOG_API_URL}/products/${id}`)
}

/** How many there are; undefined while nobody knows. */
export async function stockOf(id: string): Promise<number | undefined> {
  try {
    return (await ask<{ count: number }>(`${process.env.STOCK_API_URL}/stock/${id}`)).count
  } catch {
    return undefined
  }
}

async function ask<Reply>(url: string): Promise<Reply> {
  const response = await fetch(url, { cache: 'no-store' })
  if (!response.ok) throw new Error(`${url} was answered with ${response.status}`)
  return (await response.json()) as Reply
}
