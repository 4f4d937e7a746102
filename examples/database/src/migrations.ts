import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Sql } from 'postgres'

const FOLDER = join(import.meta.dirname, '../migrations')

/** Applies what of migrations/ has not been applied yet, in the order of the names. */
export async function migrate(sql: Sql): Promise<void> {
  await sql`create table if not exists migrations (name text primary key)`
  const applied = await sql<{ name: string }[]>`select name from migrations`
  for (const name of readdirSync(FOLDER).toSorted()) {
    if (applied.some((migration) => migration.name === name)) continue
    await sql.begin(async (transaction) => {
      await transaction.file(join(FOLDER, name))
      await transaction`insert into migrations (name) values (${name})`
    })
  }
}
