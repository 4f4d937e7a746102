import { sql } from './database.ts'

const ADDRESSES_API = process.env.ADDRESSES_API_URL ?? 'https://addresses.example.com'

export interface Customer {
  readonly id: number
  readonly email: string
  readonly city: string
}

/** Adds a customer, who lives where the addresses API says. Rejects for an e-mail address that is there already. */
export async function addCustomer(email: string, postcode: string): Promise<Customer> {
  const response = await fetch(`${ADDRESSES_API}/postcodes/${postcode}`)
  if (!response.ok) throw new Error(`There is no postcode ${postcode}.`)
  const { city } = (await response.json()) as { city: string }
  const [customer] = await sql<[Customer]>`
    insert into customers (email, city) values (${email}, ${city}) returning *`
  return customer
}

/** How many customers there are in each city, the largest first. */
export function customersByCity(): Promise<{ city: string; customers: number }[]> {
  return sql`
    select city, count(*)::integer as customers
    from customers group by city order by customers desc, city`
}
