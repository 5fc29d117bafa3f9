import { useState } from "react";
import type { NewKey } from "../api/wire.ts";
import { useKeyWords } from "./use-key-words.ts";

type Fields = {
  readonly name: string;
  readonly scopes: NewKey["scopes"];
  /** 0: without an end. */
  readonly days: number;
  readonly models: string;
  readonly calls: string;
  readonly seconds: number;
};

const atFirst: Fields = { name: "", scopes: ["chat", "read"], days: 90, models: "", calls: "", seconds: 60 };
const dayMs = 86_400_000;

/** What is filled in for a new key. `tryIt` gives it as it is sent; with a fault it gives nothing, and the faults are told. */
export function useKeyFields() {
  const words = useKeyWords();
  const [fields, setFields] = useState(atFirst);
  const [tried, setTried] = useState(false);
  const calls = fields.calls.trim() === "" ? undefined : Number(fields.calls);
  const faults = {
    name: fields.name.trim() === "" ? words.noName : undefined,
    scopes: fields.scopes.length === 0 ? words.noScope : undefined,
    calls: calls === undefined || isCount(calls) ? undefined : words.badLimit,
  };
  return {
    ...{ fields, faults, tried },
    change: (some: Partial<Fields>) => setFields((all) => ({ ...all, ...some })),
    tryIt(): NewKey | undefined {
      setTried(true);
      if (Object.values(faults).some((fault) => fault !== undefined)) return undefined;
      const { name, scopes, days, models, seconds } = fields;
      return {
        ...{ name: name.trim(), scopes },
        ...(models.trim() !== "" && { model_mask: models.trim() }),
        ...(calls !== undefined && { limit: { calls, seconds } }),
        ...(days > 0 && { expires_at: new Date(Date.now() + days * dayMs).toISOString() }),
      };
    },
  };
}

const isCount = (calls: number): boolean => Number.isInteger(calls) && calls >= 1 && calls <= 1_000_000;
