import { html } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import type { Order } from './orders.ts'

type Html = HtmlEscapedString | Promise<HtmlEscapedString>

/** What the customer ordered, and the chat. Without orders, they cannot be shown at the moment. */
export function shopPage(orders: readonly Order[] | undefined): Html {
  return layout(html`
    <section aria-labelledby="orders">
      <h2 id="orders">Your orders</h2>
      ${
        orders === undefined
          ? html`<p role="alert">Orders cannot be shown at the moment.</p>`
          : html`<ul>
              ${orders.map(orderItem)}
            </ul>`
      }
    </section>
    <section aria-labelledby="chat">
      <h2 id="chat">Ask us</h2>
      <ol id="messages" role="log" aria-label="Conversation"></ol>
      <form id="question">
        <input name="question" aria-label="Your question" autocomplete="off" required />
        <button>Ask</button>
      </form>
    </section>
    <script type="module" src="/public/chat.js"></script>
  `)
}

export function failurePage(): Html {
  return layout(html`<p role="alert">That did not work. <a href="/">Back to the shop</a></p>`)
}

function orderItem({ id, item, status }: Order): Html {
  return html`<li>
    <span>${item}</span> <span class="${status}">${status}</span>
    ${
      status === 'open'
        ? html`<form method="post" action="/orders/${id}/cancel">
            <button aria-label="Cancel ${item}">Cancel</button>
          </form>`
        : ''
    }
  </li>`
}

function layout(content: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>The tea shop</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/public/style.css" />
      </head>
      <body>
        <h1>The tea shop</h1>
        <main>${content}</main>
      </body>
    </html>`
}
