import axios from 'axios'

const orders = axios.create({
  baseURL: process.env.ORDERS_API_URL ?? 'https://orders.example.com',
  headers: { 'x-client': 'shop' },
})

export interface Order {
  id: string
  /** In the smallest unit of the currency. */
  total: number
  currency: string
  status: 'open' | 'paid'
}

export async function findOrder(id: string): Promise<Order | undefined> {
  const { data, status } = await orders.get(`/orders/${id}`, {
    validateStatus: (code) => code === 200 || code === 404,
  })
  return status === 200 ? data : undefined
}

export async function markAsPaid(id: string, payment: string): Promise<void> {
  await orders.patch(`/orders/${id}`, { status: 'paid', payment })
}

/** What the dashboard says about open orders, whatever state the orders service is in. */
export async function openOrdersNotice(): Promise<string> {
  try {
    const { data } = await orders.get('/orders', { params: { status: 'open' } })
    return `${data.length} open orders`
  } catch {
    return 'Orders cannot be shown at the moment.'
  }
}
