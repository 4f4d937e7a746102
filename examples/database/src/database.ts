import postgres from 'postgres'

export const sql = postgres(process.env.DATABASE_URL ?? 'postgres://127.0.0.1/shop')
