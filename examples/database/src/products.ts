import { sql } from './database.ts'

export interface Product {
  readonly sku: string
  readonly name: string
  readonly price: number
  readonly stock: number
}

export function products(): Promise<Product[]> {
  return sql<Product[]>`select * from products order by sku`
}
