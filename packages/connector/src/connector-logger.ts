/** The part of a logger that the connector uses; pino's loggers fit. Commands' arguments are logged at `debug` only. */
export interface ConnectorLogger {
  debug?(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
