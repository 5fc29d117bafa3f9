import { createExternalStore, type ExternalStore } from "../../lib/external-store.ts";

const key = "skeleton.image-hosts";
const none: readonly string[] = [];

const store = createExternalStore(read());
addEventListener("storage", (event) => {
  if (event.key === key) store.set(read());
});

/** The hosts that this reader lets images come from. Kept by this browser, told to all its windows. */
export const allowedHosts: Omit<ExternalStore<readonly string[]>, "set"> = store;

export const allowHost = (host: string): void =>
  keep([...store.get().filter((known) => known !== host), host]);

export const forbidHost = (host: string): void => keep(store.get().filter((known) => known !== host));

function keep(hosts: readonly string[]): void {
  store.set(hosts);
  try {
    localStorage.setItem(key, JSON.stringify(hosts));
  } catch {
    // it holds for as long as the window does
  }
}

function read(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(kept) ? kept.filter((host) => typeof host === "string") : none;
  } catch {
    return none;
  }
}
