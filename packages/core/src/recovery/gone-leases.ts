import type { Clock } from "../internal/clock.ts";
import type { ExecutorOwner } from "../store/executor-owner.ts";
import type { Lease } from "../store/lease.ts";
import { LEASE_MS, type Leases } from "../store/leases.ts";
import { Pauses } from "../store/pauses.ts";

/** Tells whether the process of an owner lives; `undefined` where it cannot be told from here. */
export type LivenessProbe = (owner: ExecutorOwner) => boolean | undefined | Promise<boolean | undefined>;

/**
 * The leases of the executors that are gone, noted as expired, so that one that was only slow learns of it. Those that nobody can probe
 * are watched: what counts is that the lease changes within some time of this process, so that no clock of anybody can be wrong.
 */
export async function expireGone(
  leases: Leases,
  isAlive: LivenessProbe | undefined,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<readonly Lease[]> {
  const gone: Lease[] = [];
  const watched: Lease[] = [];
  for (const lease of await leases.find()) {
    // Who has noted that did not come to its end.
    const lives = lease.status === "expired" ? false : lease.owner && (await isAlive?.(lease.owner));
    if (lives === undefined) watched.push(lease);
    else if (!lives) gone.push(lease);
  }
  if (watched.length > 0) gone.push(...(await watch(leases, watched, clock, signal)));
  const expired: Lease[] = [];
  for (const lease of gone) if (lease.status === "expired" || (await leases.expire(lease))) expired.push(lease);
  return expired;
}

/** Those that have not changed after the time of a lease. */
async function watch(
  leases: Leases,
  watched: readonly Lease[],
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<readonly Lease[]> {
  await new Pauses(clock, signal).pause(LEASE_MS);
  const unchanged: Lease[] = [];
  for (const lease of watched) {
    const now = await leases.get(lease.id);
    if (now?.revision === lease.revision) unchanged.push(now);
  }
  return unchanged;
}
