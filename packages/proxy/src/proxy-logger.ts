/** The part of a logger that the proxy uses; pino's loggers fit. Neither headers nor queries are ever passed to it. */
export interface ProxyLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
