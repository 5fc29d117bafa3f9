import pino, { type Logger } from "pino";
import type { Config } from "../protocols/config.ts";

/** A line of JSON an event, on stdout. @param worker which of several, for each of its lines. */
export const serverLog = ({ log_level }: Pick<Config, "log_level">, worker?: number): Logger =>
  pino({
    level: log_level,
    base: worker === undefined ? null : { worker },
    timestamp: pino.stdTimeFunctions.isoTime,
  });
