import { http, HttpResponse } from 'msw'
import { describe, expect } from 'vitest'
import { openOrdersNotice } from '../src/orders.ts'
import { test } from './test.ts'

const apology = 'Orders cannot be shown at the moment.'

describe('the notice about orders', () => {
  test('apologises while the service is down, and recovers with it', async ({ apis }) => {
    expect(await openOrdersNotice()).toBe('2 open orders')

    await apis.orders.stop() // connections are refused
    expect(await openOrdersNotice()).toBe(apology)

    await apis.orders.start() // back, on the same port
    expect(await openOrdersNotice()).toBe('2 open orders')
  })

  test('apologises when the connection breaks', async ({ apis }) => {
    apis.orders.use(http.get('/orders', () => HttpResponse.error()))

    expect(await openOrdersNotice()).toBe(apology)
  })

  test('apologises when the service fails inside', async ({ apis }) => {
    apis.orders.use(http.get('/orders', () => new HttpResponse('out of memory', { status: 500 })))

    expect(await openOrdersNotice()).toBe(apology)
  })
})
