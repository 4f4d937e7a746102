import { product, stockOf } from '../../../lib/catalog'

interface Props {
  readonly params: Promise<{ readonly id: string }>
}

export default async function ProductPage({ params }: Props) {
  const { id } = await params
  const [{ name, price }, stock] = await Promise.all([product(id), stockOf(id)])
  return (
    <main>
      <h1>{name}</h1>
      <p>{(price / 100).toFixed(2)} €</p>
      <p role="status">{describe(stock)}</p>
    </main>
  )
}

function describe(stock: number | undefined): string {
  if (stock === undefined) return 'Ask us whether we have it.'
  return stock === 0 ? 'Sold out' : `${stock} in stock`
}
