/** Waits for a promise, but not longer than so many milliseconds; tells whether it was kept. What it was rejected with is dropped. */
export async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    const kept = promise.then(
      () => true,
      () => false,
    );
    return await Promise.race([kept, late]);
  } finally {
    clearTimeout(timer);
  }
}
