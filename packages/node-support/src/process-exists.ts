/** Whether there is a process of this number, whoever it belongs to; with a number below zero, one in the group of that number. */
export function processExists(number: number): boolean {
  try {
    return process.kill(number, 0);
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
