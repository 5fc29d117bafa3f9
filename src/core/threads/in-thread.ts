import { codeOf } from "../../lib/errors.ts";
import { threadNotFound } from "./thread-record.ts";

/** Says `thread_not_found` where the store says `record_not_found`. */
export async function inThread<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (codeOf(error) === "record_not_found") throw threadNotFound();
    throw error;
  }
}
