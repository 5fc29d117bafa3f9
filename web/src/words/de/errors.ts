import type { ErrorCode } from "../../../../src/protocols/errors.ts";
import type { errors as english } from "../en/errors.ts";

/** What somebody who reads the page can meet. Of the others only programs hear, and whoever runs the server. */
const sentences: Partial<Record<ErrorCode, string>> = {
  bad_input: "So kann der Server das nicht annehmen.",
  record_not_found: "Das gibt es nicht oder nicht für dich.",
  duplicate_record: "Das gibt es schon.",
  conflict: "Das wurde gerade auch woanders geändert. Versuch es noch einmal.",
  thread_not_found: "Diesen Chat gibt es nicht oder nicht für dich.",
  message_not_found: "Diese Nachricht gibt es nicht mehr.",
  turn_not_found: "Diese Antwort gibt es nicht mehr.",
  job_not_found: "Diesen Auftrag gibt es nicht oder nicht für dich.",
  turn_running:
    "In diesem Chat wird gerade geantwortet. Warte, bis die Antwort fertig ist, oder halte sie an.",
  stale: "Der Chat ist inzwischen weitergegangen. Sieh nach, was neu ist, und sende dann.",
  not_held: "Ein anderer Server hat das inzwischen übernommen. Sieh nach, was daraus geworden ist.",
  cursor_lost: "Diese Seite war zu lange weg. Lade sie neu.",
  idempotency_mismatch: "Diese Nachricht wurde schon einmal gesendet. Ändere sie und sende sie neu.",
  not_authenticated: "Du bist nicht angemeldet.",
  invalid_token: "Deine Anmeldung gilt nicht mehr.",
  invalid_credentials: "Name oder Passwort ist falsch.",
  forbidden: "Das ist hier nicht erlaubt.",
  model_not_allowed: "Dieses Modell darfst du nicht benutzen. Wähl ein anderes.",
  model_not_found: "Dieses Modell gibt es gerade nicht. Wähl ein anderes.",
  rate_limited: "Zu viele Anfragen in kurzer Zeit. Warte ein wenig und versuch es dann erneut.",
  address_not_allowed: "Diese Adresse gehört nicht zum öffentlichen Internet. Der Server ruft sie nicht ab.",
  too_large: "Das ist zu groß für den Server. Sende weniger.",
  upstream_unreachable:
    "Das Modell ist nicht erreichbar. Versuch es in einer Weile erneut oder wähl ein anderes.",
  upstream_refused: "Der Anbieter des Modells hat die Anfrage abgelehnt.",
  upstream_budget:
    "Beim Anbieter des Modells ist das Budget aufgebraucht. Wähl ein anderes Modell oder lass es erhöhen.",
  upstream_unusable: "Dieses Modell lässt sich hier nicht ausführen.",
  upstream_overflow: "Die Nachricht ist zu lang für dieses Modell. Kürze sie oder wähl ein anderes.",
  upstream_timeout: "Das Modell hat nicht rechtzeitig geantwortet. Versuch es erneut oder wähl ein anderes.",
  upstream_broken: "Die Antwort des Modells ist abgebrochen. Versuch es erneut oder wähl ein anderes.",
  store_locked: "Der Speicher des Servers ist gerade beschäftigt. Versuch es gleich noch einmal.",
  store_full: "Die Platte des Servers ist voll. Sag es der Person, die ihn betreibt.",
  store_unavailable: "Der Speicher des Servers ist nicht erreichbar. Versuch es in einer Weile erneut.",
  shutting_down: "Der Server startet gerade neu. Versuch es in ein paar Sekunden erneut.",
  internal: "Im Server ist etwas schiefgegangen. Versuch es erneut; sein Protokoll sagt mehr.",
};

/** With these it counts what exactly is wrong, and only the server's own words say it. */
const telling: readonly (string | undefined)[] = [
  "bad_input",
  "forbidden",
  "upstream_refused",
  "upstream_unusable",
];

export const errors: typeof english = {
  tell: (code, sentence) => {
    const known = sentences[code as ErrorCode];
    if (known === undefined) return sentence;
    return telling.includes(code) ? `${known} Er sagt: „${sentence}“` : known;
  },
};
