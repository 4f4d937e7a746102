import { sql } from './database.ts'
import { migrate } from './migrations.ts'

await migrate(sql)
await sql.end()
