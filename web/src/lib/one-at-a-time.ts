type Run = { readonly current: Promise<void>; next?: Promise<void> };

/**
 * Runs `work` for an id, never twice at a time: asked again meanwhile, it runs once more afterwards, however often it was
 * asked. What it returns follows a run that began after the call, so what is found is never older than the question.
 * @param work gets whose id it is, as ids of two owners have nothing to do with each other.
 */
export function oneAtATime<Owner extends object>(work: (owner: Owner, id: string) => Promise<void>) {
  const owners = new WeakMap<Owner, Map<string, Run>>();

  return function ask(owner: Owner, id: string): Promise<void> {
    const runs = owners.get(owner) ?? new Map<string, Run>();
    owners.set(owner, runs);
    const run = runs.get(id);
    if (run === undefined) return start();
    run.next ??= run.current.then(start, start);
    return run.next;

    function start(): Promise<void> {
      const current = work(owner, id);
      const run: Run = { current };
      runs.set(id, run);
      const end = () => {
        if (run.next === undefined) runs.delete(id);
      };
      current.then(end, end);
      return current;
    }
  };
}
