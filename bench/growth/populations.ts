/** What grows while everything else stays small. */
export type Axis = "threads" | "messages" | "users";

/** How much a server holds. The first user is the one whose calls are measured. */
export type Population = {
  readonly axis: Axis;
  /** How much of what grows. */
  readonly size: number;
  readonly users: number;
  /** Threads of the first user; everybody else has `small.threads`. */
  readonly threads: number;
  /** Messages of the first user's first thread; every other one has `small.messages`. */
  readonly messages: number;
};

export const small = { users: 10, threads: 10, messages: 2 } as const;

const sizes: Readonly<Record<Axis, readonly number[]>> = {
  threads: [10, 100, 1_000, 10_000, 100_000],
  messages: [10, 100, 1_000, 10_000],
  users: [10, 100, 1_000, 10_000],
};

/** What each axis is called in the tables. */
export const titles: Readonly<Record<Axis, string>> = {
  threads: "threads of a user",
  messages: "messages of a thread",
  users: "users",
};

export const axes = Object.keys(sizes) as readonly Axis[];

/** Every size of an axis, smallest first. */
export const populationsOf = (axis: Axis): readonly Population[] =>
  sizes[axis].map((size) => ({ axis, size, ...small, [axis]: size }));

/** Also the name of its database. */
export const nameOf = ({ axis, size }: Population): string => `growth_${axis}_${size}`;
