import pino, { type Logger } from "pino";
import type { Config } from "../protocols/config.ts";

/** A line of JSON an event, on stdout. @param worker which of several: it is in each line, with its process number. */
export const serverLog = ({ log_level }: Pick<Config, "log_level">, worker?: number): Logger =>
  pino({
    level: log_level,
    base: worker === undefined ? null : { worker, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
  });
