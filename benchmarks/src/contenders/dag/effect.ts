import { measureGraph, type GraphRunner } from "../measure-graph.ts";

await measureGraph(async (): Promise<GraphRunner> => {
  const { Deferred, Effect, Semaphore } = await import("effect");
  return async (predecessors, concurrency, work) => {
    const program = Effect.gen(function* () {
      const semaphore = yield* Semaphore.make(concurrency);
      const done = yield* Effect.forEach(predecessors, () => Deferred.make<void>());
      const node = (before: readonly number[], index: number) =>
        Effect.gen(function* () {
          for (const predecessor of before) yield* Deferred.await(done[predecessor]!);
          yield* semaphore.withPermits(1)(Effect.promise(() => work(index)));
          yield* Deferred.succeed(done[index]!, undefined);
        });
      yield* Effect.forEach(predecessors, node, { concurrency: "unbounded", discard: true });
    });
    await Effect.runPromise(program);
  };
});
