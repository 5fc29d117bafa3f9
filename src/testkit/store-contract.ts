import { describe } from "node:test";
import type { Store } from "../protocols/store.ts";
import { collectionsContract } from "./store-contract-collections.ts";
import { definitionsContract } from "./store-contract-definitions.ts";
import { exportContract } from "./store-contract-export.ts";
import { filtersContract } from "./store-contract-filters.ts";
import { modelContract } from "./store-contract-model.ts";
import { ownersContract } from "./store-contract-owners.ts";
import { recordsContract } from "./store-contract-records.ts";
import { searchContract } from "./store-contract-search.ts";
import { transactionsContract } from "./store-contract-transactions.ts";

/**
 * What every `Store` does, whatever it is made of.
 * @param open gives a fresh, empty store. Its clock must move by a millisecond or more with every reading.
 * `shutdown` is called on it in the end, and should leave nothing behind.
 */
export function storeContract(name: string, open: () => Promise<Store>): void {
  describe(`${name} keeps the store contract`, () => {
    definitionsContract(open);
    recordsContract(open);
    filtersContract(open);
    collectionsContract(open);
    transactionsContract(open);
    ownersContract(open);
    searchContract(open);
    exportContract(open);
    modelContract(open);
  });
}
