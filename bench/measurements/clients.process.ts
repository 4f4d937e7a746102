// Opens as many connections as it is told to, makes one request on each, and keeps them.

import http from 'node:http'
import { lastTarget } from '../servers/subject.ts'

const TARGET = lastTarget({})

process.on('message', async ({ port, connections }: { port: number; connections: number }) => {
  const agent = new http.Agent({ keepAlive: true, maxFreeSockets: connections })
  const get = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const request = http.get({ port, host: '127.0.0.1', path: TARGET, agent }, (response) => {
        response.resume().once('end', resolve)
      })
      request.once('error', reject)
    })
  await Promise.all(Array.from({ length: connections }, get))
  process.send!('connected')
})
