import { codeOf, SkeletonError } from "../../lib/errors.ts";
import { given } from "../../lib/given.ts";
import { nearest } from "../../lib/nearest.ts";
import { orAborted } from "../../lib/or-aborted.ts";
import type { AbsentProvider, ModelInfo } from "../../protocols/model.ts";
import type { Host } from "../../protocols/plugin.ts";
import { type CatalogEntry, mergeLists } from "./merge-lists.ts";
import type { ListedModel, Provider } from "./provider.ts";

/** Which models there are and who answers for them, as far as the providers tell. */
export type Catalog = {
  /** @param fresh everybody is asked now, and waited for. */
  list(fresh?: boolean): Promise<readonly ModelInfo[]>;
  /** Who left its models out of that list. One that was only guessed to be there counts once it had models. */
  absent(): readonly AbsentProvider[];
  /** @throws `model_not_found` naming the nearest match; the signal's reason. */
  find(name: string, signal: AbortSignal): Promise<CatalogEntry>;
  /** Stops asking. */
  close(): void;
};

const upstreamStatus = (error: unknown): number | undefined =>
  (error as { readonly details?: { readonly upstreamStatus?: number } }).details?.upstreamStatus;
/** So soon somebody who did not answer is asked again, in ms, if anybody wants the list: he is waited for. */
const askAgainMs = 5_000;

/**
 * The lists are asked for at once and believed for `ttlMs`. After that the old list is still given while a new one is
 * fetched in the background; only somebody who wants a model that is not there waits for it. A provider that does not
 * answer leaves out its own models; those it had before can still be asked for, so that the reader learns the reason.
 */
export function createCatalog(options: {
  readonly providers: readonly Provider[];
  readonly windows: Readonly<Record<string, number>>;
  /** Models that cannot call tools. */
  readonly withoutTools?: readonly string[];
  readonly ttlMs: number;
  readonly host: Pick<Host, "log" | "now" | "background">;
}): Catalog {
  const { providers, windows, withoutTools, ttlMs, host } = options;
  const closing = new AbortController();
  const lists = new Map<Provider, readonly ListedModel[]>();
  const failing = new Map<Provider, unknown>();
  /** Whatever was ever listed. */
  const seen = new Map<string, CatalogEntry>();
  let entries: ReadonlyMap<string, CatalogEntry> = new Map();
  const askedAt = new Map<Provider, number>();
  let loaded = false;
  let loading: Promise<void> | undefined;

  /** Whose list is not believed any more. */
  const due = () =>
    providers.filter((provider) => {
      const asked = askedAt.get(provider);
      const trustMs = failing.has(provider) ? Math.min(askAgainMs, ttlMs) : ttlMs;
      return asked === undefined || host.now().getTime() - asked >= trustMs;
    });

  function load(whom: readonly Provider[] = due()): Promise<void> {
    loading ??= Promise.all(whom.map(ask)).then(() => {
      const answered = providers.flatMap((provider) => {
        const models = lists.get(provider);
        return models === undefined ? [] : [{ provider, models }];
      });
      entries = mergeLists(answered, windows, withoutTools);
      for (const [id, entry] of entries) seen.set(id, entry);
      loaded = true;
      loading = undefined;
    });
    return loading;
  }

  async function ask(provider: Provider): Promise<void> {
    try {
      lists.set(provider, await provider.listModels(closing.signal));
      if (failing.delete(provider)) host.log.info({ provider: provider.name }, "models: provider is back");
    } catch (error) {
      lists.delete(provider);
      if (closing.signal.aborted) return;
      const fields = { provider: provider.name, code: codeOf(error), reason: String(error) };
      // said once when it begins, not at every look
      if (provider.guessed || failing.has(provider)) host.log.debug(fields, "models: no list");
      else host.log.warn(fields, "models: provider does not list its models; they are hidden until it does");
      failing.set(provider, error);
    } finally {
      askedAt.set(provider, host.now().getTime());
    }
  }

  host.background("models: first list", () => load());

  return {
    async list(fresh = false) {
      if (fresh) {
        await loading; // what is being asked already may be as old as its answer
        await load(providers);
      } else if (!loaded || ttlMs === 0) await load();
      else if (loading === undefined && due().length > 0) {
        host.background("models: list again", () => load());
      }
      const listed = [...entries.values()];
      const real = providers.some((provider) => !provider.guessed && !isDemo(provider));
      const alone = !real && listed.every(({ provider }) => isDemo(provider));
      return listed.map(({ info, provider }) =>
        isDemo(provider) && !alone ? { ...info, standIn: true } : info,
      );
    },
    absent: () =>
      [...failing]
        .map(([provider, error]) => ({
          guessed: provider.guessed,
          provider: provider.name,
          reason: codeOf(error),
          ...given({ status: upstreamStatus(error) }),
          models: [...seen.values()].flatMap((entry) => (entry.provider === provider ? [entry.info.id] : [])),
        }))
        .filter(({ guessed, models }) => !guessed || models.length > 0)
        .map(({ guessed, ...absent }) => absent),
    async find(name, signal) {
      const mayBeNew = loading !== undefined || due().length > 0;
      if (!entries.has(name) && mayBeNew) await orAborted(load(), signal);
      const known = entries.get(name) ?? seen.get(name) ?? unlisted(name);
      if (known !== undefined) return known;
      throw notFound(name);
    },
    close: () => closing.abort(new Error("shutting down")),
  };

  /** While no configured provider lists anything (some endpoints never do), a name is the first one's to judge. */
  function unlisted(name: string): CatalogEntry | undefined {
    const configured = providers.filter((provider) => !provider.guessed && !isDemo(provider));
    const [first] = configured;
    if (first === undefined || configured.some((provider) => lists.has(provider))) return undefined;
    if (!name.startsWith(first.prefix)) return undefined;
    return {
      info: { id: name, provider: first.name },
      provider: first,
      upstreamId: name.slice(first.prefix.length),
    };
  }

  function notFound(name: string): SkeletonError {
    const match = nearest(name, [...entries.keys()]);
    const quiet = [...failing.keys()].filter(({ guessed }) => !guessed).map((provider) => provider.name);
    const missing =
      quiet.length === 0 ? "" : ` Not answering just now, so without models: ${quiet.join(", ")}.`;
    const meant = match === undefined ? "" : ` Did you mean \`${match}\`?`;
    const shown = name.length > 200 ? `${name.slice(0, 200)}…` : name;
    return new SkeletonError("model_not_found", `There is no model \`${shown}\`.${meant}`, {
      hint: `Choose a model from the list (GET /api/v1/models).${missing}`,
    });
  }
}

const isDemo = ({ name }: Provider): boolean => name === "demo";
