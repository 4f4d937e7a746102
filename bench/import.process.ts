// Imports what it is told to, in turn, and says how long each took.

const times: number[] = []
for (const name of process.argv.slice(2)) {
  const start = performance.now()
  await import(name)
  times.push(performance.now() - start)
}
console.log(JSON.stringify(times))
