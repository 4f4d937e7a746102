import axios, { type AxiosResponse } from 'axios'

export interface Product {
  readonly id: number
  readonly name: string
  readonly price: number
}

const products = axios.create({
  baseURL: process.env.PRODUCTS_API_URL ?? 'http://127.0.0.1:4400',
  headers: { authorization: `Bearer ${process.env.PRODUCTS_API_TOKEN}` },
})

/** All products of a kind. The API gives them page by page, with a link to the next. */
export async function productsOf(kind: string): Promise<Product[]> {
  const found: Product[] = []
  let page: string | undefined = `/products?kind=${kind}&_page=1&_limit=2`
  while (page !== undefined) {
    const { data, headers }: AxiosResponse<Product[]> = await products.get(page)
    found.push(...data)
    page = /<([^>]+)>; rel="next"/.exec(String(headers.link))?.[1]
  }
  return found
}

/** Puts a product on offer, and gives back its number. */
export async function offer(name: string, kind: string, price: number): Promise<number> {
  const { data } = await products.post<Product>('/products', { name, kind, price })
  return data.id
}
