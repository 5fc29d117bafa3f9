import assert from "node:assert/strict";
import { test } from "node:test";
import { words as german } from "../words/de/words.ts";
import { words as english } from "../words/en/words.ts";
import { firstChoices, whyNoModel } from "./why-no-model.ts";

const demo = { id: "demo", provider: "demo" };
const real = { id: "alpha", provider: "openai" };
const away = (provider: string, reason = "upstream_unreachable") => ({ provider, reason, models: [] });

const why = (...[models, absent]: [Parameters<typeof whyNoModel>[0], Parameters<typeof whyNoModel>[1]]) =>
  whyNoModel(models, absent, english.choosing, "en");

test("where somebody real can be asked there is nothing to say", () => {
  assert.equal(why([real, demo], [away("office")]), undefined);
  assert.deepEqual(firstChoices([real, demo]), [real]);
});

test("where only the script is there it is said why, and what the script is", () => {
  assert.equal(
    why([demo], []),
    "No model is connected yet. Meanwhile demo stands in: a script, not a model.",
  );
  assert.equal(
    why([demo], [away("openai"), away("office", "upstream_refused"), away("lab", "some_new_code")]),
    "No provider answers: openai cannot be reached, office refuses this server (is its key right?), and " +
      "lab does not list its models. Meanwhile demo stands in: a script, not a model.",
  );
  assert.equal(
    whyNoModel([demo], [away("a"), away("b", "upstream_timeout")], german.choosing, "de"),
    "Kein Anbieter antwortet: a ist nicht erreichbar und b antwortet nicht rechtzeitig. " +
      "Solange springt demo ein: ein Skript, kein Modell.",
  );
  assert.deepEqual(firstChoices([demo]), [demo]);
});

test("where not even the script may be used, nothing is said of it", () => {
  assert.equal(why([], [away("openai")]), "No provider answers: openai cannot be reached.");
  assert.equal(why([], []), english.choosing.noModelAtAll);
});
