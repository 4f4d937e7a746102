const base = process.env.ORDERS_API_URL ?? 'https://orders.example.com'

export interface Order {
  readonly id: string
  readonly item: string
  readonly status: 'open' | 'shipped' | 'cancelled'
}

/** All orders of a customer; undefined while the service cannot be reached. */
export async function ordersOf(customer: string): Promise<Order[] | undefined> {
  try {
    return await ask<Order[]>(`/orders?customer=${customer}`)
  } catch (error) {
    console.error('orders:', error)
    return undefined
  }
}

export function order(id: string): Promise<Order> {
  return ask<Order>(`/orders/${id}`)
}

export function cancelOrder(id: string): Promise<Order> {
  return ask<Order>(`/orders/${id}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ status: 'cancelled' }),
  })
}

async function ask<Reply>(path: string, init?: RequestInit): Promise<Reply> {
  const response = await fetch(base + path, init)
  if (!response.ok) throw new Error(`${path} was answered with ${response.status}`)
  return (await response.json()) as Reply
}
