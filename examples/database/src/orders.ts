import { sql } from './database.ts'
import { charge, refund } from './payments.ts'

export interface Order {
  readonly id: number
  readonly product: string
  readonly payment: string
  readonly status: 'paid' | 'cancelled'
}

/** Takes a product from the stock, and has it paid: all of it happens, or nothing. */
export function placeOrder(email: string, sku: string): Promise<Order> {
  return sql.begin(async (transaction) => {
    const [customer] = await transaction<{ id: number }[]>`
      select id from customers where email = ${email}`
    if (customer === undefined) throw new Error('There is no such customer.')
    const [product] = await transaction<{ price: number }[]>`
      update products set stock = stock - 1 where sku = ${sku} and stock > 0 returning price`
    if (product === undefined) throw new Error('Sold out.')
    const payment = await charge(email, product.price)
    const [order] = await transaction<[Order]>`
      insert into orders (customer, product, payment)
      values (${customer.id}, ${sku}, ${payment})
      returning id, product, payment, status`
    return order
  })
}

/** Gives the money back, and puts the product back into the stock. */
export function cancelOrder(id: number): Promise<void> {
  return sql.begin(async (transaction) => {
    const [order] = await transaction<{ product: string; payment: string }[]>`
      update orders set status = 'cancelled' where id = ${id} and status = 'paid'
      returning product, payment`
    if (order === undefined) throw new Error('There is no such order.')
    await transaction`update products set stock = stock + 1 where sku = ${order.product}`
    await refund(order.payment)
  })
}

export function ordersOf(email: string): Promise<Order[]> {
  return sql<Order[]>`
    select orders.id, product, payment, status
    from orders join customers on customers.id = customer
    where email = ${email} order by orders.id`
}
