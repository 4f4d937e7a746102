import Link from 'next/link'
import { products } from '../lib/catalog'

export const dynamic = 'force-dynamic'

export default async function Shop() {
  return (
    <main>
      <h1>The tea shop</h1>
      <ul>
        {(await products()).map(({ id, name }) => (
          <li key={id}>
            <Link href={`/products/${id}`}>{name}</Link>
          </li>
        ))}
      </ul>
    </main>
  )
}
