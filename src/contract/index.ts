export * from './address.ts'
export * from './exchange.ts'
export * from './message.ts'
export * from './responder.ts'
