/** Something that may happen next, and how likely it is among all that may; 0 where it cannot. */
export type Action = readonly [weight: number, run: () => void | Promise<void>];
