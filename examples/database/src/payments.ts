const PAYMENTS_API = process.env.PAYMENTS_API_URL ?? 'https://payments.example.com'

/** Has a customer pay, in cents, and gives the number of the payment. Rejects when it is refused. */
export async function charge(email: string, amount: number): Promise<string> {
  const { id } = await ask<{ id: string }>('/charges', { email, amount })
  return id
}

export async function refund(payment: string): Promise<void> {
  await ask('/refunds', { payment })
}

async function ask<Reply>(path: string, body: object): Promise<Reply> {
  const response = await fetch(PAYMENTS_API + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`The payment was refused (${response.status}).`)
  return (await response.json()) as Reply
}
