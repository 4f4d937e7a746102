import { html } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import type { Order } from './orders.ts'
import type { Product } from './products.ts'

type Html = HtmlEscapedString | Promise<HtmlEscapedString>

export function shopPage(products: readonly Product[]): Html {
  return layout(html`
    <form method="post" action="/orders">
      <label>E-mail <input name="email" type="email" required /></label>
      ${products.map(
        ({ sku, name, stock }) => html`
          <p>
            ${name}, ${stock} left
            <button name="sku" value="${sku}" aria-label="Order ${name}">Order</button>
          </p>
        `,
      )}
    </form>
  `)
}

export function ordersPage(email: string, orders: readonly Order[]): Html {
  return layout(html`
    <h2>Your orders</h2>
    <ul>
      ${orders.map(
        ({ id, product, status }) => html`
          <li>
            ${id}: ${product}, ${status}
            <form method="post" action="/orders/${id}/cancel">
              <input type="hidden" name="email" value="${email}" />
              <button>Cancel</button>
            </form>
          </li>
        `,
      )}
    </ul>
    <a href="/">Back to the shop</a>
  `)
}

export function failurePage(message: string): Html {
  return layout(html`<p role="alert">${message}</p>`)
}

function layout(content: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>The tea shop</title>
        <link rel="icon" href="data:," />
      </head>
      <body>
        <h1>The tea shop</h1>
        ${content}
      </body>
    </html>`
}
