// Imports what it is told to, in turn, and prints how long it took until each was there. The first
// argument is the folder that they are looked up from.

const [, , folder, ...names] = process.argv
const urls = names.map((name) => import.meta.resolve(name, folder))
const times: number[] = []
const start = performance.now()
for (const url of urls) {
  await import(url)
  times.push(performance.now() - start)
}
console.log(JSON.stringify(times))
