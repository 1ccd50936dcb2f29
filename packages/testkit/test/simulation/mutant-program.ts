import { MapDriver, simulate } from "@ttasks/testkit";

// Plays seeds until one fails, and prints how many that took; bundled with a bug in it.
const { seeds, steps, failure } = await simulate({
  createDriver: () => new MapDriver(),
  seeds: Number(process.argv[2]),
});
console.log(JSON.stringify({ seeds, steps, problem: failure?.problem }));
