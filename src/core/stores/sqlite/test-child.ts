/*
 * For tests: another process on the same file. `hold` takes the lock until its input ends; `append` adds as many items
 * as it is told, printing each position once it is acknowledged; `create` makes a store of its own shape.
 */
import { DatabaseSync } from "node:sqlite";
import { openSqliteStore } from "./sqlite-store.ts";
import { quietLog, tickingClock } from "./test-setup.ts";

const [job, path = "", id = "", count = "0"] = process.argv.slice(2);
const say = (line: string | number) => process.stdout.write(`${line}\n`);

if (job === "hold") {
  const database = new DatabaseSync(path);
  database.exec("begin immediate");
  process.stdin.on("end", () => {
    database.exec("rollback");
    database.close();
  });
  process.stdin.resume();
  say("held");
} else {
  const store = await openSqliteStore({ path, log: quietLog, ...tickingClock() });
  if (job === "create") {
    say((await store.createStoreIfNotExists("race", { a: "str", [id]: "int" })) ? "made" : "found");
  } else {
    const at = { userId: "ann", store: "things", id };
    say("ready");
    for (let n = 0; n < Number(count); n += 1)
      say(await store.collectionAppend(at, "log", { text: `item ${n}`, by: process.pid }));
  }
  await store.shutdown();
}
